/** Amounts and counts are numbers, also as exact decimal text; what people typed is text. */
export type CsvCell = { text: string } | { number: string | number | null };

/**
 * What a spreadsheet takes for the beginning of a formula, wide forms included: OWASP, "CSV Injection". An apostrophe
 * before it makes it a text. The server's exports do the same.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;

/** RFC 4180, 2.6: what must stand in quotes. */
const QUOTED = /[",\r\n]/;

function written(cell: CsvCell): string {
  const text = 'text' in cell ? cell.text.replace(FORMULA, "'$&") : String(cell.number ?? '');
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with a line of names first. */
export const csvText = (names: readonly string[], rows: readonly (readonly CsvCell[])[]): string =>
  [names.map((text) => ({ text })), ...rows].map((cells) => `${cells.map(written).join(',')}\r\n`).join('');
