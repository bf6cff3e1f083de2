import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { addSums, isMoney, readSums, type SumMetric, type Sums, sumColumn, sumColumns } from './metrics.ts';
import { type CellsInput, usageCells } from './usage-cells.ts';

export interface Aggregate {
  totals: Sums;
  /** One for each bucket; `undefined` where there was nothing. */
  series: (Sums | undefined)[];
  /** The largest by the first metric, at most `limit`. */
  groups: { key: string[]; totals: Sums; series: (Sums | undefined)[] }[];
  /** All other groups together; `null` when there are none. */
  rest: { groups: number; totals: Sums; series: (Sums | undefined)[] } | null;
}

export interface AggregateInput {
  cells: Omit<CellsInput, 'columns'>;
  /** The first one ranks the groups. */
  metrics: readonly [SumMetric, ...SumMetric[]];
  /** Starts of the buckets of time; none: no series. */
  buckets: readonly Date[];
  limit: number;
}

type Row = Record<string, unknown> & {
  kind: 'group' | 'rest' | 'point';
  rank: number | null;
  bucket_index: number;
  groups: bigint;
};

/**
 * Sums the cells of a period by group and bucket, in one pass over them: the small result of that is ranked, cut off and
 * added up by the same statement. A group without a call is none.
 */
export async function aggregateUsage(tx: Db, input: AggregateInput): Promise<Aggregate> {
  const { cells, metrics, buckets, limit } = input;
  const summed = withCalls(metrics);
  const names = cells.dimensions.map((_, i) => sql.id(`d${i}`));
  const grouping = names.length > 0 ? sql`group by ${sql.join(names)}` : sql`group by ()`;
  const list = (columns: readonly RawBuilder<unknown>[]) => sql.join(columns);
  const noKeys = names.map((name) => sql`null as ${name}`);
  const sums = (table?: string) => summed.map((metric) => sumOf(metric, table));
  const { rows } = await sql<Row>`
    with cells as materialized (
      select ${list([...names, sql`${bucketIndex(buckets)} as bucket_index`, ...summed.map(cellSum)])}
      from ${usageCells({ ...cells, columns: (table) => sumColumns(table, summed) })}
      group by ${list([...names, sql`bucket_index`])}
    ), ranked as (
      select ${list([...names, sql`row_number() over (order by ${list([sql`sum(${sql.id(sumColumn(metrics[0]))}) desc`, ...names])}) as rank`, ...sums()])}
      from cells
      ${grouping}
      having sum(${sql.id(sumColumn('calls'))}) > 0
    )
    select ${list([sql`'group' as kind`, sql`rank::integer as rank`, sql`0 as bucket_index`, sql`1::bigint as groups`, ...names, ...summed.map((metric) => sql.id(sumColumn(metric)))])}
    from ranked where rank <= ${limit}
    union all
    select ${list([sql`'rest'`, sql`null`, sql`0`, sql`count(*)`, ...noKeys, ...sums()])}
    from ranked where rank > ${limit}
    union all
    select ${list([sql`'point'`, sql`case when rank <= ${limit} then rank::integer end`, sql`bucket_index`, sql`1`, ...noKeys, ...sums('cells')])}
    from cells join ranked ${names.length > 0 ? sql`using (${sql.join(names)})` : sql`on true`}
    where ${buckets.length > 0}
    group by 2, bucket_index
    order by kind, rank, bucket_index`.execute(tx);
  return readRows(rows, input);
}

/** What tells whether there is anything at all is always summed. */
const withCalls = (metrics: readonly SumMetric[]): readonly SumMetric[] =>
  metrics.includes('calls') ? metrics : [...metrics, 'calls'];

/** Counts stay bigint, so that adding them up once more is cheap; costs may be more than it holds. */
const cellSum = (metric: SumMetric) => {
  const name = sql.id(sumColumn(metric));
  return sql`coalesce(sum(${name}), 0)::${isMoney(metric) ? sql`numeric` : sql`bigint`} as ${name}`;
};

const sumOf = (metric: SumMetric, table?: string) => {
  const name = sumColumn(metric);
  return sql`coalesce(sum(${table === undefined ? sql.id(name) : sql.id(table, name)}), 0)::numeric as ${sql.id(name)}`;
};

/** A cell starts inside the period, never before it, so that the first bucket's true start is no matter. */
export const bucketIndex = (buckets: readonly Date[]): RawBuilder<number> =>
  buckets.length > 0
    ? sql`width_bucket(bucket, ${buckets.map((start) => start.toISOString())}::timestamptz[]) - 1`
    : sql`0`;

function readRows(rows: readonly Row[], { cells: { dimensions }, buckets, metrics }: AggregateInput): Aggregate {
  const read = (row: Row) => readSums(row, metrics);
  const points = new Map(
    rows.flatMap((row) => (row.kind === 'point' ? [[`${row.rank} ${row.bucket_index}`, read(row)]] : [])),
  );
  const seriesOf = (rank: number | null) => buckets.map((_, bucket) => points.get(`${rank} ${bucket}`));
  const groups = rows.flatMap((row) =>
    row.kind === 'group'
      ? [{ key: dimensions.map((_, i) => String(row[`d${i}`])), totals: read(row), series: seriesOf(row.rank) }]
      : [],
  );
  const last = rows.find(({ kind, groups: count }) => kind === 'rest' && count > 0n);
  const rest = last ? { groups: Number(last.groups), totals: read(last), series: seriesOf(null) } : null;
  const add = (parts: (Sums | undefined)[]) => addSums(parts, metrics);
  const all = rest ? [...groups, rest] : groups;
  return {
    totals: add(all.map(({ totals }) => totals)),
    series: buckets.map((_, bucket) => add(all.map(({ series }) => series[bucket]))),
    // Without a dimension the only group is the whole, which the totals are.
    groups: dimensions.length > 0 ? groups : [],
    rest,
  };
}
