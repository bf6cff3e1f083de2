import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { bucketIndex } from './aggregate-usage.ts';
import { DISTINCTS, type DistinctMetric } from './metrics.ts';
import { type Rank, rankedCells } from './ranks.ts';
import { type CellsInput, usageCells } from './usage-cells.ts';

/** How many different ones there are. Without a bucket: in all. */
export type ReadDistinct = (metric: DistinctMetric, rank: Rank, bucket?: number) => number;

/** Numbers of different values in the groups that are already known, in the rest, and in everything. */
export async function readDistincts(
  tx: Db,
  cellsOf: (kind: string) => Omit<CellsInput, 'columns'>,
  keys: readonly (readonly string[])[],
  metrics: readonly DistinctMetric[],
  buckets: readonly Date[],
): Promise<ReadDistinct> {
  const counts = new Map<string, number>();
  const keyOf = (metric: string, rank: Rank, bucket: number | undefined) => `${metric} ${rank} ${bucket ?? 'all'}`;
  for (const metric of metrics) {
    const { kind, column } = DISTINCTS[metric];
    const cells = cellsOf(kind);
    const source = usageCells({
      ...cells,
      columns: (table) => [sql`${table === 'records' ? sql.id(column) : sql`carried.carried`} as carried`],
    });
    const { rows } = await sql<Row>`
      select rank, bucket_index, grouping(rank) as all_ranks, grouping(bucket_index) as all_buckets,
        count(distinct carried) as n
      from (
        select distinct rank, ${bucketIndex(buckets)} as bucket_index, carried
        from ${rankedCells(source, keys, cells.dimensions.length)}
        where carried <> ''
      ) as seen
      group by cube (rank, bucket_index)`.execute(tx);
    for (const row of rows) {
      const bucket = row.all_buckets === 1 ? undefined : row.bucket_index;
      counts.set(keyOf(metric, row.all_ranks === 1 ? 'all' : row.rank, bucket), Number(row.n));
    }
  }
  return (metric, rank, bucket) => counts.get(keyOf(metric, rank, bucket)) ?? 0;
}

interface Row {
  rank: number | null;
  bucket_index: number;
  all_ranks: number;
  all_buckets: number;
  n: bigint;
}
