import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { listPartitionDays, startOfUtcDay } from '../../db/partitions.ts';
import type { Tx } from '../../db/scope.ts';
import { forgetInAlerts } from '../alerts/forget-in-alerts.ts';
import { forgetInAnalyses } from '../analysis/forget-in-analyses.ts';
import type { Steps } from '../projects/delete-project.ts';
import { deriveProjectNow } from '../rollups/derive-rollups.ts';
import { inOneView } from '../rollups/in-one-view.ts';
import { recomputeBuckets } from '../rollups/recompute-buckets.ts';
import { forgetInRecommendations } from '../savings/forget-in-recommendations.ts';
import { ROLLUP_BUCKET_MS } from '../usage/fold-rollup.ts';
import { forgetInWhatIfs } from '../whatif/forget-in-whatifs.ts';
import { isOf, type Person } from './person.ts';
import { promoteHeirs } from './promote-heirs.ts';
import { buryEvents } from './tombstones.ts';

/** Small enough that its locks are held for a fraction of a second. */
const ROWS_PER_BATCH = 2_000;

interface Work {
  organizationId: number;
  projectIds: readonly number[];
  person: Person;
  mode: 'erase' | 'delete';
}

/**
 * Forgets somebody in all records of some projects, day by day and in small transactions, and in everything that is made of
 * records: the rollups by value are derived again before it is done, and files of exports that may name them are deleted, as
 * are budgets, alerts, recommendations and what-ifs about them.
 * Safe to be killed and run again.
 *
 * `erase` takes out who it was (id, session, trace, the provider's id of the response), what was said, all tags and the raw
 * usage; cost and tokens stay as they are, so that totals still match the invoice. `delete` deletes the records; where they
 * are still kept their cost leaves every sum, and of a call with another report that one counts from then on. Whoever delivers
 * one of them again is told that it is a duplicate (`tombstones.ts`). A call that was not here before is a new call.
 * @returns how many records it was
 */
export async function forgetPerson(ctx: Context, work: Work, steps: Steps): Promise<{ records: number }> {
  const days = await listPartitionDays(ctx.db);
  const kept = await firstKeptDay(ctx, work.organizationId);
  let records = 0;
  for (const [index, projectId] of work.projectIds.entries()) {
    for (const [place, day] of days.entries()) {
      for (let done = ROWS_PER_BATCH; done >= ROWS_PER_BATCH; records += done) {
        steps.signal.throwIfAborted();
        done =
          work.mode === 'erase'
            ? await eraseBatch(ctx.db, projectId, day, work.person)
            : await deleteBatch(ctx.db, projectId, day, { person: work.person, kept });
      }
      await steps.progress((0.9 * (index + (place + 1) / days.length)) / work.projectIds.length);
    }
    await deriveProjectNow(ctx, { id: projectId, organizationId: work.organizationId }, steps.signal);
    // Of days whose records have gone before, or of another calendar.
    await sql`
      delete from usage_daily_values
      where project_id = ${projectId} and kind = ${work.person.kind} and value = ${work.person.value}`.execute(ctx.db);
  }
  await deleteExports(ctx.db, work);
  await forgetInBudgets(ctx.db, work);
  await forgetInAlerts(ctx.db, work.organizationId, work.person);
  await forgetInRecommendations(ctx, work.organizationId, work.person);
  await forgetInAnalyses(ctx.db, work.organizationId, work.person);
  await forgetInWhatIfs(ctx.db, work.organizationId, work.person);
  return { records };
}

/** What the rows of a day that are somebody's no longer say. */
const eraseBatch = (db: Db, projectId: number, day: Date, person: Person): Promise<number> =>
  inOneView(db, async (tx) => {
    const { rows } = await sql<{ ts: Date }>`
      update usage_records set end_user = null, session = null, trace_uuid = null, trace_text = null, response_id = null, tags = null,
        raw_usage = null, prompt_text = null, response_text = null, request_hash = null, prefix_hash = null,
        customer = case when ${person.kind} = 'user' and customer is distinct from ${person.value} then customer end
      where (project_id, ts, event_id) in (${batchOf(projectId, day, person)})
        and project_id = ${projectId} and ts >= ${day} and ts < ${endOf(day)}
      returning ts`.execute(tx);
    await touch(tx, projectId, rows);
    return rows.length;
  });

async function deleteBatch(
  db: Db,
  projectId: number,
  day: Date,
  { person, kept }: { person: Person; kept: Date },
): Promise<number> {
  const { rows: batch } = await sql<{ event_id: string }>`${batchOf(projectId, day, person)}`.execute(db);
  if (batch.length === 0) return 0;
  const eventIds = [...new Set(batch.map(({ event_id }) => event_id))];
  await buryEvents(db, projectId, day, eventIds);
  await deleteEvents(db, projectId, day, { person, eventIds, kept });
  return batch.length;
}

/** Exactly those: what has come in meanwhile has its turn in the next batch. */
const deleteEvents = (
  db: Db,
  projectId: number,
  day: Date,
  { person, eventIds, kept }: { person: Person; eventIds: readonly string[]; kept: Date },
): Promise<void> =>
  inOneView(db, async (tx) => {
    const { rows } = await sql<{ ts: Date; event_id: string; duplicate_of: string | null }>`
      delete from usage_records
      where project_id = ${projectId} and ts >= ${day} and ts < ${endOf(day)} and ${isOf(person)}
        and event_id = any(${eventIds}::uuid[])
      returning ts, event_id, duplicate_of`.execute(tx);
    await sql`
      delete from recosting_changes
      where project_id = ${projectId} and ts >= ${day} and ts < ${endOf(day)}
        and event_id = any(${eventIds}::uuid[])`.execute(tx);
    const winners = rows.filter(({ duplicate_of }) => duplicate_of === null);
    const heirs = await promoteHeirs(tx, projectId, day, winners);
    // What is older than the retention is being purged, which keeps the sums: there are not all records to sum up.
    const changed = [...rows, ...heirs].filter(({ ts }) => ts >= kept);
    for (const from of quarters(changed)) {
      await recomputeBuckets(tx, projectId, { from: new Date(from), to: new Date(from + ROLLUP_BUCKET_MS) });
    }
    await touch(tx, projectId, rows);
  });

const endOf = (day: Date) => new Date(day.getTime() + DAY);

const batchOf = (projectId: number, day: Date, person: Person) => sql`
  select project_id, ts, event_id from usage_records
  where project_id = ${projectId} and ts >= ${day} and ts < ${endOf(day)} and ${isOf(person)}
  order by ts, event_id limit ${ROWS_PER_BATCH}`;

const quarters = (rows: readonly { ts: Date }[]): number[] =>
  [...new Set(rows.map(({ ts }) => Math.floor(ts.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS))].sort(
    (a, b) => a - b,
  );

/** What is derived by value is derived again. */
async function touch(tx: Tx, projectId: number, rows: readonly { ts: Date }[]): Promise<void> {
  if (rows.length === 0) return;
  const buckets = quarters(rows).map((time) => new Date(time));
  await sql`
    insert into usage_touched (project_id, bucket)
    select ${projectId}::integer, unnest(${buckets}::timestamptz[])`.execute(tx);
}

async function firstKeptDay(ctx: Context, organizationId: number): Promise<Date> {
  const { retention_days: days } = await ctx.db
    .selectFrom('organizations')
    .select('retention_days')
    .where('id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return new Date(startOfUtcDay(ctx.clock.now()).getTime() - days * DAY);
}

/** Files made before say what the records said. They can be made again. */
const deleteExports = (db: Db, { organizationId, projectIds }: Work) =>
  sql`
  delete from exports
  where organization_id = ${organizationId} and project_ids && ${[...projectIds]}::integer[]`.execute(db);

/**
 * Budgets name whom they are about. One of this person alone is over; one of several goes on without them, and is counted
 * anew.
 */
async function forgetInBudgets(db: Db, { organizationId, person }: Work): Promise<void> {
  const list = person.kind === 'user' ? 'users' : 'customers';
  const named = sql`organization_id = ${organizationId} and conditions -> ${list}::text ? ${person.value}`;
  await sql`delete from budgets where ${named} and jsonb_array_length(conditions -> ${list}::text) = 1`.execute(db);
  await sql`
    update budgets set conditions = jsonb_set(conditions, array[${list}], (conditions -> ${list}::text) - ${person.value}::text),
      scope_version = scope_version + 1, filled_from = null
    where ${named}`.execute(db);
}
