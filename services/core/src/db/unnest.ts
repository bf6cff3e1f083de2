import { type RawBuilder, sql } from 'kysely';

/** One column of a multi-row statement: a whole array of it travels as one parameter, since a parameter a value would overflow the protocol. */
export interface UnnestColumn<Row> {
  name: string;
  /** Type of the array's elements on the way to the database. */
  type: string;
  literal(rows: readonly Row[]): string;
}

type Named = { name: string };

export const columnNames = (columns: readonly Named[]) => sql.join(columns.map(({ name }) => sql.id(name)));

/** Arrays of arrays would have to be rectangular: each travels as its own literal. */
const travelType = (type: string) => (type.endsWith('[]') ? 'text' : type);

/** `select …` for rows that `unnestRows` gives. */
export const columnValues = (columns: readonly (Named & { type: string })[]) =>
  sql.join(
    columns.map(({ name, type }) => (type.endsWith('[]') ? sql`${sql.id(name)}::${sql.raw(type)}` : sql.id(name))),
  );

/** `unnest(…) as row (…)`, to be put behind `from`. */
export const unnestRows = <Row>(columns: readonly UnnestColumn<Row>[], rows: readonly Row[]): RawBuilder<unknown> => {
  const arrays = columns.map(({ type, literal }) => sql`${literal(rows)}::${sql.raw(travelType(type))}[]`);
  return sql`unnest(${sql.join(arrays)}) as row (${columnNames(columns)})`;
};
