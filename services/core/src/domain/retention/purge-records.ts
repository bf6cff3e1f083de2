import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { listPartitionDays, startOfUtcDay } from '../../db/partitions.ts';
import { forgetTombstones } from '../privacy/tombstones.ts';
import { deleteLeftovers, deleteOrphans } from '../rollups/leftovers.ts';
import { forgetSeries } from './forget-series.ts';
import { handOverDuplicates } from './hand-over-duplicates.ts';

/** Small enough that its locks are held for a fraction of a second. */
const ROWS_PER_BATCH = 5_000;

const RESPONSE_MEMORY_MS = 7 * DAY;

/**
 * Deletes the records, with the text captured in them, that their organization no longer keeps, day by day and in small
 * transactions; the days that nobody keeps go as whole partitions (`keepPartitions`). What the rollups sum up stays,
 * without users, customers, sessions and tags, which go with the records. Safe to be killed and run again.
 * @returns how many records were deleted
 */
export async function purgeRecords(ctx: Context, options: { signal?: AbortSignal } = {}): Promise<{ records: number }> {
  const organizations = await ctx.db
    .selectFrom('organizations')
    .select(['id', 'retention_days as retentionDays'])
    .execute();
  const partitions = await listPartitionDays(ctx.db);
  const today = startOfUtcDay(ctx.clock.now()).getTime();
  let records = 0;
  for (const { id, retentionDays } of organizations) {
    const oldest = new Date(today - retentionDays * DAY);
    const projects = await ctx.db.selectFrom('projects').select('id').where('organization_id', '=', id).execute();
    for (const project of projects) {
      await handOverDuplicates(ctx.db, project.id, new Date(oldest.getTime() + DAY));
      for (const day of partitions.filter((kept) => kept < oldest)) {
        for (let deleted = ROWS_PER_BATCH; deleted >= ROWS_PER_BATCH; records += deleted) {
          options.signal?.throwIfAborted();
          deleted = await deleteBatch(ctx.db, project.id, day);
        }
      }
      await forgetValues(ctx.db, project.id, oldest);
      await forgetTombstones(ctx.db, project.id, oldest);
      await sql`delete from usage_features where project_id = ${project.id} and day < ${oldest}::date`.execute(ctx.db);
      await forgetSeries(ctx, project.id);
      // What a re-costing could restore went with the records.
      await sql`delete from recosting_changes where project_id = ${project.id} and ts < ${oldest}`.execute(ctx.db);
      const forgotten = new Date(ctx.clock.now().getTime() - RESPONSE_MEMORY_MS);
      await sql`
        delete from provider_responses where project_id = ${project.id} and seen_at < ${forgotten}`.execute(ctx.db);
    }
    await deleteLeftovers(ctx.db, id);
  }
  await deleteOrphans(ctx.db);
  if (records > 0) ctx.log.info({ records }, 'records purged');
  return { records };
}

/**
 * Deletes the first records of a day, those of the same moment together: a range of the index, which is found and deleted
 * without looking at anything else. What is derived from them by value is derived again without them.
 */
async function deleteBatch(db: Db, projectId: number, day: Date): Promise<number> {
  const ofDay = sql`project_id = ${projectId} and ts >= ${day} and ts < ${new Date(day.getTime() + DAY)}`;
  const { rows } = await sql<{ deleted: bigint }>`
    with gone as (
      delete from usage_records
      where ${ofDay} and ts <= coalesce(
        (select ts from usage_records where ${ofDay} order by ts offset ${ROWS_PER_BATCH - 1} limit 1), 'infinity')
      returning ts
    ), touched as (
      insert into usage_touched (project_id, bucket)
      select distinct ${projectId}::integer, date_bin('15 minutes', ts, '2000-01-01T00:00:00Z') from gone
    )
    select count(*) as deleted from gone`.execute(db);
  return Number(rows[0]?.deleted ?? 0n);
}

/**
 * Days of which the records went as a whole partition, or will have: derivation finds what is left of them. The day that
 * is only begun before the oldest record kept is derived again each time, which takes nothing away from it.
 */
const forgetValues = (db: Db, projectId: number, oldest: Date) =>
  sql`
  insert into usage_touched (project_id, bucket)
  select distinct project_id, day from usage_daily_values
  where project_id = ${projectId} and day < ${oldest}
    and calendar_version in (select version from calendars)`.execute(db);
