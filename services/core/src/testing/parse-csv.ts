/** Reads RFC 4180 as strictly as it is written: every line ends in CRLF, quotes only where they must be. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const quoted = /"((?:[^"]|"")*)"/y;
      const plain = /[^",\r\n]*/y;
      quoted.lastIndex = at;
      plain.lastIndex = at;
      const match = quoted.exec(text) ?? plain.exec(text);
      row.push(match?.[1]?.replaceAll('""', '"') ?? match?.[0] ?? '');
      at += match?.[0].length ?? 0;
      if (text[at] === ',') at += 1;
      else break;
    }
    if (!text.startsWith('\r\n', at))
      throw new Error(`no end of line at ${at}: ${JSON.stringify(text.slice(at, at + 20))}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}
