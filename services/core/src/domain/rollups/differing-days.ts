import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { Day } from '../usage/time-buckets.ts';
import { CLASS_SUM_COLUMNS } from './rollup-columns.ts';

export type DayTable = 'usage_calls' | 'usage_15m' | 'usage_daily' | 'usage_daily_values';

export interface Comparison {
  projectId: number;
  /** Of the daily rollups. */
  calendarVersion?: number;
  /** In order. */
  days: readonly Day[];
  derived: DayTable;
  source: DayTable;
}

/**
 * The starts of the days whose sums over a derived table are not those over its source, without those that wait to be
 * derived. One statement, which sees both tables and the log as of the same moment.
 */
export async function differingDays(db: Db, comparison: Comparison): Promise<Date[]> {
  const { projectId, days, derived, source } = comparison;
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const starts = sql`${days.map(({ start }) => start.toISOString())}::timestamptz[]`;
  const both = derived === 'usage_daily_values' ? VALUE_SUMS : ROLLUP_SUMS;
  const sums = (table: DayTable) => sql`
    select width_bucket(${TIME[table]}, ${starts}) as day, ${sql.join(both.map((sum) => sql`coalesce(${sum.of(table)}, 0)::numeric as ${sql.id(sum.name)}`))}
    from ${sql.id(table)}
    where project_id = ${projectId} and ${TIME[table]} >= ${first.start} and ${TIME[table]} < ${last.end} and ${only(table, comparison)}
    group by 1`;
  const differ = sql.join(
    both.map(({ name }) => sql`coalesce(${sql.id('a', name)}, 0) <> coalesce(${sql.id('b', name)}, 0)`),
    sql` or `,
  );
  const waiting =
    derived === 'usage_15m'
      ? sql`false`
      : sql`day in (select width_bucket(bucket, ${starts}) from usage_touched
          where project_id = ${projectId} and bucket >= ${first.start} and bucket < ${last.end})`;
  const { rows } = await sql<{ day: number }>`
    select day from (${sums(derived)}) as a full join (${sums(source)}) as b using (day)
    where (${differ}) and not ${waiting}
    order by day`.execute(db);
  return rows.flatMap(({ day }) => days[day - 1]?.start ?? []);
}

const TIME: Record<DayTable, RawBuilder<Date>> = {
  usage_calls: sql`ts`,
  usage_15m: sql`bucket`,
  usage_daily: sql`day`,
  usage_daily_values: sql`day`,
};

const only = (table: DayTable, { calendarVersion }: Comparison): RawBuilder<unknown> => {
  if (table === 'usage_calls') return sql`duplicate_of is null`;
  if (table === 'usage_15m') return sql`true`;
  // Every call has one row of this kind, so that they add up to all calls.
  const kind = table === 'usage_daily_values' ? sql`and kind = 'user'` : sql``;
  return sql`calendar_version = ${calendarVersion} ${kind}`;
};

interface Sum {
  name: string;
  of(table: DayTable): RawBuilder<unknown>;
}

const sumOf = (name: string): Sum => ({ name, of: () => sql`sum(${sql.id(name)})` });
const callsOf = (name: string, ofRecords: RawBuilder<unknown>): Sum => ({
  name,
  of: (table) => (table === 'usage_calls' ? ofRecords : sql`sum(${sql.id(name)})`),
});
const measuredOf = (name: string, histogram: string, column: string): Sum => ({
  name,
  of: (table) =>
    table === 'usage_calls'
      ? sql`count(${sql.id(column)})`
      : sql`sum((select sum(element & 16777215) from unnest(${sql.id(histogram)}) as element))`,
});

const COMMON_SUMS: readonly Sum[] = [
  callsOf('calls', sql`count(*)`),
  callsOf('unpriced_calls', sql`count(*) filter (where cost_status = 'unpriced')`),
  callsOf('unreadable_calls', sql`count(*) filter (where cost_status = 'unreadable')`),
  sumOf('total_pico_usd'),
];

const VALUE_SUMS: readonly Sum[] = [...COMMON_SUMS, callsOf('errors', sql`count(*) filter (where status = 'error')`)];

const ROLLUP_SUMS: readonly Sum[] = [
  ...COMMON_SUMS,
  callsOf('approximate_calls', sql`count(*) filter (where approximate is not null)`),
  ...CLASS_SUM_COLUMNS.map(sumOf),
  measuredOf('measured_latencies', 'latency_histogram', 'latency_ms'),
  measuredOf('measured_first_tokens', 'time_to_first_token_histogram', 'time_to_first_token_ms'),
];
