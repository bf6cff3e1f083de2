/** Amounts and counts are `number`s, as exact decimal text or as a number: what people typed is `text`. */
export interface Column<Row> {
  name: string;
  kind: 'text' | 'number';
  value(row: Row): string | number | boolean | null | undefined;
}

/** A file that is written page by page. */
export interface FileText<Row> {
  contentType: string;
  extension: string;
  begin: string;
  /** @param first whether rows were written before */
  rows(rows: readonly Row[], isFirst: boolean): string;
  end: string;
}

/**
 * What a spreadsheet takes for the beginning of a formula, wide forms included: OWASP, "CSV Injection". An apostrophe
 * before it makes it a text.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/** RFC 4180, 2.6: what must stand in quotes. */
const QUOTED = /[",\r\n]/;

const quoted = (text: string) => (QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * A line of RFC 4180, CRLF included. Ten times as fast as the general library, whose work on a page of records would hold
 * up every other request for a third of a second: most fields are empty or a number, with which there is nothing to do.
 */
function csvLine<Row>(columns: readonly Column<Row>[], row: Row): string {
  let line = '';
  let separator = '';
  for (const { kind, value } of columns) {
    line += separator;
    separator = ',';
    const given = value(row);
    if (given === null || given === undefined) continue;
    if (kind === 'number' || typeof given !== 'string') line += given;
    else line += quoted(FORMULA.test(given) ? `'${given}` : given);
  }
  return `${line}\r\n`;
}

/** RFC 4180, in UTF-8. A number stays one, also a negative one. */
export const csvText = <Row>(columns: readonly Column<Row>[], byteOrderMark = false): FileText<Row> => ({
  contentType: 'text/csv; charset=utf-8',
  extension: 'csv',
  begin: `${byteOrderMark ? '\u{FEFF}' : ''}${columns.map(({ name }) => quoted(name)).join(',')}\r\n`,
  rows: (rows) => rows.map((row) => csvLine(columns, row)).join(''),
  end: '',
});

/** One array. */
export const jsonText = <Row>(toJson: (row: Row) => object): FileText<Row> => ({
  contentType: 'application/json; charset=utf-8',
  extension: 'json',
  begin: '[',
  rows: (rows, isFirst) =>
    rows.map((row, i) => `${isFirst && i === 0 ? '' : ','}\n${JSON.stringify(toJson(row))}`).join(''),
  end: '\n]\n',
});

/** One object a line: https://jsonlines.org */
export const jsonLinesText = <Row>(toJson: (row: Row) => object): FileText<Row> => ({
  contentType: 'application/jsonl; charset=utf-8',
  extension: 'jsonl',
  begin: '',
  rows: (rows) => rows.map((row) => `${JSON.stringify(toJson(row))}\n`).join(''),
  end: '',
});
