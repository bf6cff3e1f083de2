import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { listPartitionDays, startOfUtcDay } from '../../db/partitions.ts';
import { type Day, localDays } from '../usage/time-buckets.ts';
import { readCalendars } from './calendars.ts';
import { deriveRollups } from './derive-rollups.ts';
import { type DayTable, differingDays } from './differing-days.ts';
import { inOneView } from './in-one-view.ts';
import { recomputeBuckets } from './recompute-buckets.ts';

/** A day whose sums are not those of the finer table. */
export interface Difference {
  projectId: number;
  table: Exclude<DayTable, 'usage_calls'>;
  day: Date;
}

interface CheckOptions {
  /** Makes what differs anew. */
  repair: boolean;
  signal?: AbortSignal;
}

/**
 * Compares, for every project, the fine rollup with the records by UTC day, and the daily rollups with their finer tables
 * by local day; days that wait to be derived are left alone. Records are compared with only on days of which all of them
 * are kept: before, the rollups are all that is left, and stay.
 * @returns what differed; with `repair` it does no more
 */
export async function checkRollups(ctx: Context, { repair, signal }: CheckOptions): Promise<Difference[]> {
  const projects = await ctx.db
    .selectFrom('projects')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .select(['projects.id', 'organizations.id as organizationId', 'organizations.retention_days as retentionDays'])
    .orderBy('projects.id')
    .execute();
  const kept = await listPartitionDays(ctx.db);
  const differences: Difference[] = [];
  for (const { id: projectId, organizationId, retentionDays } of projects) {
    const oldest = new Date(startOfUtcDay(ctx.clock.now()).getTime() - retentionDays * DAY);
    const days = kept.filter((day) => day >= oldest);
    const found = [
      ...(await checkFine(ctx.db, { projectId, days, repair, ...(signal ? { signal } : {}) })),
      ...(await checkDaily(ctx.db, { projectId, organizationId, days, repair })),
    ];
    for (const { table, day } of found) ctx.log.warn({ projectId, table, day, repaired: repair }, 'a rollup differs');
    differences.push(...found);
  }
  if (repair && differences.length > 0) await deriveRollups(ctx, signal ? { signal } : {});
  return differences;
}

async function checkFine(
  db: Db,
  input: { projectId: number; days: readonly Date[]; repair: boolean; signal?: AbortSignal },
): Promise<Difference[]> {
  const { projectId } = input;
  const found: Difference[] = [];
  for (const start of input.days) {
    input.signal?.throwIfAborted();
    const day: Day = { start, end: new Date(start.getTime() + DAY) };
    const different = await differingDays(db, {
      projectId,
      days: [day],
      derived: 'usage_15m',
      source: 'usage_calls',
    });
    if (different.length === 0) continue;
    found.push({ projectId, table: 'usage_15m', day: start });
    if (input.repair) {
      await inOneView(db, (tx) => recomputeBuckets(tx, projectId, { from: day.start, to: day.end }));
    }
  }
  return found;
}

async function checkDaily(
  db: Db,
  input: { projectId: number; organizationId: number; days: readonly Date[]; repair: boolean },
): Promise<Difference[]> {
  const { projectId } = input;
  const { active } = await readCalendars(db, input.organizationId);
  const { rows } = await sql<{ first: Date | null; last: Date | null }>`
    select min(bucket) as first, max(bucket) as last from usage_15m where project_id = ${projectId}`.execute(db);
  const [first, last] = [rows[0]?.first, rows[0]?.last];
  if (!active || !first || !last) return [];
  const all = localDays({ from: first, to: new Date(last.getTime() + 1) }, active.timeZone);
  const [oldest, newest] = [input.days[0], input.days.at(-1)];
  const complete = all.filter(
    ({ start, end }) => oldest && newest && start >= oldest && end.getTime() <= newest.getTime() + DAY,
  );
  const compare = { projectId, calendarVersion: active.version };
  const daily = await differingDays(db, { ...compare, days: all, derived: 'usage_daily', source: 'usage_15m' });
  const values = await differingDays(db, {
    ...compare,
    days: complete,
    derived: 'usage_daily_values',
    source: 'usage_calls',
  });
  if (input.repair && daily.length + values.length > 0) {
    const starts = [...daily, ...values].map((day) => day.toISOString());
    // Derivation does the rest, as with anything that was touched.
    await sql`
      insert into usage_touched (project_id, bucket)
      select distinct ${projectId}::integer, day from unnest(${starts}::timestamptz[]) as day`.execute(db);
  }
  return [
    ...daily.map((day) => ({ projectId, table: 'usage_daily' as const, day })),
    ...values.map((day) => ({ projectId, table: 'usage_daily_values' as const, day })),
  ];
}
