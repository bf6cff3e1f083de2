import { type RawBuilder, sql } from 'kysely';

/** A group by its place in the ranking, from 1; `null` is the rest, `'all'` everything together. */
export type Rank = number | null | 'all';

/**
 * `cells` with the `rank` of each cell's group: null for one that is not among `keys`. Without a dimension everything is
 * group 1.
 */
export function rankedCells(cells: RawBuilder<unknown>, keys: readonly (readonly string[])[], dimensions: number) {
  if (dimensions === 0) return sql`(select 1 as rank, cells.* from ${cells}) as ranked`;
  const names = Array.from({ length: dimensions }, (_, i) => sql.id(`d${i}`));
  const columns = names.map((_, i) => sql`${keys.map((key) => key[i] ?? '')}::text[]`);
  return sql`(
    select ranks.rank::integer as rank, cells.*
    from ${cells}
    left join unnest(${sql.join(columns)}) with ordinality as ranks(${sql.join([...names, sql`rank`])})
      using (${sql.join(names)})) as ranked`;
}
