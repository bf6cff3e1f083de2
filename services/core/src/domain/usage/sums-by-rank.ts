import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { addSums, readSums, type SumMetric, type Sums, sumColumn, sumColumns } from './metrics.ts';
import { type Rank, rankedCells } from './ranks.ts';
import { type CellsInput, usageCells } from './usage-cells.ts';

/** Sums of the groups that are already known, of the rest, and of everything. */
export async function sumsByRank(
  tx: Db,
  cells: Omit<CellsInput, 'columns'>,
  keys: readonly (readonly string[])[],
  metrics: readonly SumMetric[],
): Promise<(rank: Rank) => Sums | undefined> {
  const source = usageCells({ ...cells, columns: (table) => sumColumns(table, metrics) });
  const sums = metrics.map(
    (metric) => sql`coalesce(sum(${sql.id(sumColumn(metric))}), 0)::numeric as ${sql.id(sumColumn(metric))}`,
  );
  const { rows } = await sql<Record<string, unknown> & { rank: number | null }>`
    select ${sql.join([sql`rank`, ...sums])}
    from ${rankedCells(source, keys, cells.dimensions.length)}
    group by rank`.execute(tx);
  const byRank = new Map(rows.map((row) => [row.rank, readSums(row, metrics)]));
  const all = addSums([...byRank.values()], metrics);
  return (rank) => (rank === 'all' ? all : byRank.get(rank));
}
