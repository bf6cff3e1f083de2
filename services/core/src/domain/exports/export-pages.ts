import type { FileText } from './file-text.ts';

/** A place in what is exported, as it is kept between two pages; `null` is the beginning. */
export type Place = Record<string, string | number> | null;

export interface ExportPage {
  rows: readonly unknown[];
  /** Records behind the rows. */
  records: number;
  costPicoUsd: bigint;
  /** Where the next page begins; `null` after the last one. */
  next: Place;
}

/** What is exported, read page by page, and how it is written. Each page is a short transaction of its own. */
export interface ExportSource {
  file: FileText<unknown>;
  readPage(place: Place): Promise<ExportPage>;
}
