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
  const columns = metrics.map((metric) => sql.id(sumColumn(metric)));
  const names = cells.dimensions.map((_, i) => sql.id(`d${i}`));
  // Few groups instead of many cells are looked up among the keys.
  const groups = sql`(
    select ${sql.join([...names, ...columns.map((column) => sql`sum(${column}) as ${column}`)])}
    from ${usageCells({ ...cells, columns: (table) => sumColumns(table, metrics) })}
    group by ${names.length > 0 ? sql.join(names) : sql`()`}) as cells`;
  const { rows } = await sql<Record<string, unknown> & { rank: number | null }>`
    select ${sql.join([sql`rank`, ...columns.map((column) => sql`coalesce(sum(${column}), 0)::numeric as ${column}`)])}
    from ${rankedCells(groups, keys, cells.dimensions.length)}
    group by rank`.execute(tx);
  const byRank = new Map(rows.map((row) => [row.rank, readSums(row, metrics)]));
  const all = addSums([...byRank.values()], metrics);
  return (rank) => (rank === 'all' ? all : byRank.get(rank));
}
