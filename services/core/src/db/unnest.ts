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
 * `insert into … select … from (select unnest(…), unnest(…), …)`, a statement that is the same for every number of rows. Names
 * and types are constants of this project; nothing that anybody sent becomes SQL.
 *
 * Functions of a select list run in step, a shorter array is filled up with NULLs, and none of them is kept as a whole; the same in
 * `from` puts every array into a store of its own first, which costs a row of 66 columns 2 µs
 * (https://www.postgresql.org/docs/17/xfunc-sql.html#XFUNC-SQL-FUNCTIONS-RETURNING-SET).
 * @param rest what follows: `order by`, `on conflict`, `returning`
 */
export function unnestInsert<Row>(table: string, columns: readonly UnnestColumn<Row>[], rest: string): string {
  const values = columns.map(({ name, cast }) => (cast ? `${name}::${cast}` : name));
  const arrays = columns.map(({ name, travels }, i) => `unnest($${i + 1}::${travels}[]) as ${name}`);
  return `insert into ${table} (${list(columns)})
    select ${values.join(', ')} from (select ${arrays.join(', ')}) as row
    ${rest}`;
}

/** The parameters of such a statement. */
export const unnestParameters = <Row>(columns: readonly UnnestColumn<Row>[], rows: readonly Row[]) =>
  columns.map(({ encode }) => encode(rows));
