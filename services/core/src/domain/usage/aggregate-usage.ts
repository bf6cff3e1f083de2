import { sql } from 'kysely';
import type { Dimension, Metric } from '../../contract/analytics.ts';
import type { Db } from '../../db/connection.ts';
import { dimensionSql, metricColumns, type Period, sumColumns, type UsageFilter, usageCells } from './usage-cells.ts';

/** Sums by metric, as `readMetrics` reads them. */
export type MetricRow = Record<string, unknown>;

export interface Aggregate {
  totals: MetricRow;
  /** One for each bucket; `undefined` where there was nothing. */
  series: (MetricRow | undefined)[];
  /** The largest by the first metric, at most `limit`. */
  groups: { key: string[]; totals: MetricRow; series: (MetricRow | undefined)[] }[];
  /** All other groups together; `null` when there are none. */
  rest: { groups: number; totals: MetricRow; series: (MetricRow | undefined)[] } | null;
}

export interface AggregateInput {
  period: Period;
  filter: UsageFilter;
  metrics: readonly Metric[];
  /** None: totals and their series only. */
  dimensions: readonly Dimension[];
  /** Starts of the buckets of time; none: no series. */
  buckets: readonly Date[];
  limit: number;
}

type Row = MetricRow & { kind: 'group' | 'rest' | 'point'; rank: number | null; bucket_index: number; groups: bigint };

/**
 * Sums the cells of a period by group and bucket, in one pass over them: the small result of that is ranked, cut off and
 * added up by the same statement.
 */
export async function aggregateUsage(tx: Db, input: AggregateInput): Promise<Aggregate> {
  const { period, filter, metrics, dimensions, buckets, limit } = input;
  const names = dimensions.map((_, i) => sql.id(`d${i}`));
  const grouping = names.length > 0 ? sql`group by ${sql.join(names)}` : sql`group by ()`;
  const list = (prefix: ReturnType<typeof sql>[]) => sql.join(prefix);
  const keys = dimensions.map((dimension, i) => sql`${dimensionSql(dimension)} as ${sql.id(`d${i}`)}`);
  const noKeys = names.map((name) => sql`null as ${name}`);
  const sums = sumColumns(metrics);
  const starts = buckets.map((start) => start.toISOString());
  // A cell starts inside the period, never before it, so that the first bucket's true start is no matter.
  const bucketIndex = starts.length > 0 ? sql`width_bucket(bucket, ${starts}::timestamptz[]) - 1` : sql`0`;
  const { rows } = await sql<Row>`
    with cells as materialized (
      select ${list([...keys, sql`${bucketIndex} as bucket_index`, metricColumns(metrics)])}
      from ${usageCells(period, filter)}
      group by ${list([...names, sql`bucket_index`])}
    ), ranked as (
      select ${list([...names, sql`row_number() over (order by ${sql.join([sql`${sums.of(metrics[0])} desc`, ...names])}) as rank`, sums.all])}
      from cells
      ${grouping}
    )
    select ${list([sql`'group' as kind`, sql`rank::integer as rank`, sql`0 as bucket_index`, sql`1::bigint as groups`, ...names, sums.names])}
    from ranked where rank <= ${limit}
    union all
    select ${list([sql`'rest'`, sql`null`, sql`0`, sql`count(*)`, ...noKeys, sums.all])}
    from ranked where rank > ${limit}
    union all
    select ${list([sql`'point'`, sql`case when rank <= ${limit} then rank::integer end`, sql`bucket_index`, sql`1`, ...noKeys, sums.allOf('cells')])}
    from cells join ranked ${names.length > 0 ? sql`using (${sql.join(names)})` : sql`on true`}
    where ${starts.length > 0}
    group by 2, bucket_index
    order by kind, rank, bucket_index`.execute(tx);
  return readRows(rows, input);
}

function readRows(rows: readonly Row[], { dimensions, buckets, metrics }: AggregateInput): Aggregate {
  const points = new Map(
    rows.flatMap((row) => (row.kind === 'point' ? [[`${row.rank} ${row.bucket_index}`, row]] : [])),
  );
  const seriesOf = (rank: number | null) => buckets.map((_, bucket) => points.get(`${rank} ${bucket}`));
  const groups = rows.flatMap((row) =>
    row.kind === 'group'
      ? [{ key: dimensions.map((_, i) => String(row[`d${i}`])), totals: row, series: seriesOf(row.rank) }]
      : [],
  );
  const last = rows.find(({ kind, groups: count }) => kind === 'rest' && count > 0n);
  const rest = last ? { groups: Number(last.groups), totals: last, series: seriesOf(null) } : null;
  const add = (parts: (MetricRow | undefined)[]) => addRows(parts, metrics);
  const all = rest ? [...groups, rest] : groups;
  return {
    totals: add(all.map(({ totals }) => totals)),
    series: buckets.map((_, bucket) => add(all.map(({ series }) => series[bucket]))),
    // Without a dimension the only group is the whole, which the totals are.
    groups: dimensions.length > 0 ? groups : [],
    rest,
  };
}

const addRows = (rows: readonly (MetricRow | undefined)[], metrics: readonly Metric[]): MetricRow =>
  Object.fromEntries(
    metrics.map((metric) => [
      `m:${metric}`,
      rows.reduce((sum, row) => sum + ((row?.[`m:${metric}`] ?? 0n) as bigint), 0n),
    ]),
  );
