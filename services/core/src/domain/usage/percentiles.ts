import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { bucketIndex } from './aggregate-usage.ts';
import { PERCENTILES, type PercentileMetric } from './metrics.ts';
import { type Rank, rankedCells } from './ranks.ts';
import { type CellsInput, usageCells } from './usage-cells.ts';

/** Calls by bucket of the histogram. */
type Histogram = Map<number, number>;

/** Milliseconds, or `null` where no call was measured. Without a bucket: of all. */
export type ReadPercentile = (metric: PercentileMetric, rank: Rank, bucket?: number) => number | null;

interface Row {
  rank: number | null;
  bucket_index: number;
  buckets: number[];
  counts: string[];
}

/** Percentiles of the groups that are already known, of the rest, and of everything. They cannot be added up: histograms can. */
export async function readPercentiles(
  tx: Db,
  cells: Omit<CellsInput, 'columns'>,
  keys: readonly (readonly string[])[],
  metrics: readonly PercentileMetric[],
  buckets: readonly Date[],
): Promise<ReadPercentile> {
  const histograms = new Map<string, Row[]>();
  for (const metric of metrics) {
    const { histogram, column } = PERCENTILES[metric];
    if (!histograms.has(histogram))
      histograms.set(histogram, await histogramRows(tx, cells, keys, { histogram, column }, buckets));
  }
  return (metric, rank, bucket) => {
    const rows = histograms.get(PERCENTILES[metric].histogram) ?? [];
    const merged: Histogram = new Map();
    for (const row of rows) {
      if ((rank !== 'all' && row.rank !== rank) || (bucket !== undefined && row.bucket_index !== bucket)) continue;
      for (const [i, at] of row.buckets.entries()) merged.set(at, (merged.get(at) ?? 0) + Number(row.counts[i]));
    }
    return percentileOf(merged, PERCENTILES[metric].share);
  };
}

async function histogramRows(
  tx: Db,
  cells: Omit<CellsInput, 'columns'>,
  keys: readonly (readonly string[])[],
  { histogram, column }: { histogram: string; column: string },
  buckets: readonly Date[],
): Promise<Row[]> {
  const source = usageCells({
    ...cells,
    columns: (table) => [
      table === 'records'
        ? sql`case when ${sql.id(column)} is not null then array[(histogram_bucket(${sql.id(column)}) << 24) + 1] end as histogram`
        : sql`${sql.id(histogram)} as histogram`,
    ],
  });
  const { rows } = await sql<Row>`
    select rank, bucket_index, array_agg(at)::integer[] as buckets, array_agg(n)::text[] as counts
    from (
      select rank, ${bucketIndex(buckets)} as bucket_index, element >> 24 as at, sum(element & 16777215) as n
      from ${rankedCells(source, keys, cells.dimensions.length)}
      cross join unnest(histogram) as element
      group by 1, 2, 3
    ) as counted
    group by 1, 2`.execute(tx);
  return rows;
}

/** The middle, in proportion, of the bucket in which the percentile lies: at most 9 % from anything in it. */
function percentileOf(histogram: Histogram, share: number): number | null {
  const total = [...histogram.values()].reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= share * total) return Math.round(2 ** ((bucket + 0.5) / 4));
  }
  return null;
}
