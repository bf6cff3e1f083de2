import type { ListFormat } from '../../contract/exports.ts';
import { type Column, csvText, jsonLinesText, jsonText } from './file-text.ts';

export interface ListFile {
  fileName: string;
  contentType: string;
  text: string;
}

interface ListFileWanted<Row> {
  /** What the file has, as its name says it. */
  what: string;
  format: ListFormat;
  byteOrderMark: boolean;
  now: Date;
  columns: readonly Column<Row>[];
  /** In JSON, in the place of the columns. */
  toJson: (row: Row) => object;
}

/** A list that fits into one reply as a file, named by the day. */
export function listFile<Row>(rows: readonly Row[], wanted: ListFileWanted<Row>): ListFile {
  const file = {
    csv: () => csvText(wanted.columns, wanted.byteOrderMark),
    json: () => jsonText(wanted.toJson),
    jsonl: () => jsonLinesText(wanted.toJson),
  }[wanted.format]();
  return {
    fileName: `tokengrip-${wanted.what}-${wanted.now.toISOString().slice(0, 10)}.${file.extension}`,
    contentType: file.contentType,
    text: file.begin + file.rows(rows, true) + file.end,
  };
}
