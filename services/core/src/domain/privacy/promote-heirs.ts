import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Tx } from '../../db/scope.ts';

/** As long as a response is remembered, a later report of it is a duplicate. */
const RESPONSE_MEMORY_DAYS = 8;

interface Deleted {
  ts: Date;
  event_id: string;
}

/**
 * Where the report of a call that counted was deleted and there are others: lets the first of them count, in the
 * transaction that deletes. The provider's response is forgotten where there is none.
 * @param day of the deleted ones
 * @returns the reports that count now
 */
export async function promoteHeirs(
  tx: Tx,
  projectId: number,
  day: Date,
  deleted: readonly Deleted[],
): Promise<Deleted[]> {
  if (deleted.length === 0) return [];
  const ids = deleted.map(({ event_id }) => event_id);
  const [from, to] = [-RESPONSE_MEMORY_DAYS, RESPONSE_MEMORY_DAYS + 1].map(
    (days) => new Date(day.getTime() + days * DAY),
  );
  const near = sql`project_id = ${projectId} and ts >= ${from} and ts < ${to}`;
  const { rows: heirs } = await sql<{ ts: Date; event_id: string; gone: string }>`
    select distinct on (duplicate_of) ts, event_id, duplicate_of as gone from usage_records
    where ${near} and duplicate_of = any(${ids}::uuid[])
    order by duplicate_of, ts, event_id`.execute(tx);
  for (const heir of heirs) {
    await sql`
      update usage_records set duplicate_of = ${heir.event_id}
      where ${near} and duplicate_of = ${heir.gone} and event_id <> ${heir.event_id}`.execute(tx);
    await sql`
      update usage_records set duplicate_of = null
      where project_id = ${projectId} and ts = ${heir.ts} and event_id = ${heir.event_id}`.execute(tx);
    await sql`
      update provider_responses set ts = ${heir.ts}, event_id = ${heir.event_id}
      where project_id = ${projectId} and event_id = ${heir.gone}`.execute(tx);
  }
  await sql`
    delete from provider_responses where project_id = ${projectId} and event_id = any(${ids}::uuid[])`.execute(tx);
  return heirs;
}
