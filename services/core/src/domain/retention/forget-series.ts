import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';

/** A project with fewer has names that people chose; to look through its records for those of the past is not worth it. */
const MANY_SERIES = 10_000;

/**
 * Deletes series to which no record points any more, of a project that has very many: a sender that gives every call a
 * name of its own leaves one for each.
 *
 * In two steps a day apart. One that is found unused is marked; whoever brings records of it from then on does not find it
 * before taking the mark away, and nobody remembers it from before for longer than an hour (`BoundedMemory`). So that
 * no record can point to one that is deleted here.
 * @returns how many were deleted
 */
export async function forgetSeries(
  { db, clock }: Context,
  projectId: number,
  { many = MANY_SERIES }: { many?: number } = {},
): Promise<number> {
  const { rows } = await sql<{ n: bigint }>`
    select count(*) as n from (select from usage_series where project_id = ${projectId} limit ${many + 1}) as counted`.execute(
    db,
  );
  if ((rows[0]?.n ?? 0n) <= BigInt(many)) return 0;
  const now = clock.now();
  const unused = sql`not exists (select from used where used.series_id = s.id)`;
  const used = sql`used as materialized (
    select series_id from usage_records where project_id = ${projectId} group by series_id)`;
  await sql`
    with ${used}
    update usage_series s set unused_since = case when ${unused} then ${now}::timestamptz end
    where project_id = ${projectId} and (unused_since is null) = ${unused}`.execute(db);
  const { numAffectedRows } = await sql`
    delete from usage_series s
    where project_id = ${projectId} and unused_since <= ${new Date(now.getTime() - DAY)}`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
