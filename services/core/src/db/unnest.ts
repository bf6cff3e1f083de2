import type { EncodeArray } from './binary-array.ts';

/** A column of a multi-row insert: a whole array of it travels as one parameter; one a value would overflow the protocol. */
export interface UnnestColumn<Row> {
  name: string;
  /** Type of the array's elements on the way. */
  travels: string;
  /** The column's own type, where it is another. */
  cast?: string;
  encode: EncodeArray<Row>;
}

const list = (columns: readonly { name: string }[]) => columns.map(({ name }) => name).join(', ');

/**
 * `insert into … select … from unnest(…)`, a statement that is the same for every number of rows. Names and types are
 * constants of this project; nothing that anybody sent becomes SQL.
 * @param rest what follows: `order by`, `on conflict`, `returning`
 */
export function unnestInsert<Row>(table: string, columns: readonly UnnestColumn<Row>[], rest: string): string {
  const values = columns.map(({ name, cast }) => (cast ? `${name}::${cast}` : name));
  const arrays = columns.map(({ travels }, i) => `$${i + 1}::${travels}[]`);
  return `insert into ${table} (${list(columns)})
    select ${values.join(', ')} from unnest(${arrays.join(', ')}) as row (${list(columns)})
    ${rest}`;
}

/** The parameters of such a statement. */
export const unnestParameters = <Row>(columns: readonly UnnestColumn<Row>[], rows: readonly Row[]) =>
  columns.map(({ encode }) => encode(rows));
