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

/**
 * The pages from `first` on. Each is read while the one before is written, so that the database and the writer of the file
 * work at the same time; whoever takes them slowly has one more of them in memory.
 */
export async function* pagesFrom(
  { readPage }: Pick<ExportSource, 'readPage'>,
  first: ExportPage | Promise<ExportPage>,
): AsyncGenerator<ExportPage> {
  let page = await first;
  for (;;) {
    const next = page.next === null ? undefined : readPage(page.next);
    // Whoever awaits it gets the error; that may be a while later, or never.
    next?.catch(() => {});
    yield page;
    if (!next) return;
    page = await next;
  }
}
