import type { MemoryReport } from './memory.ts';

export interface Checks {
  /** A line that says what was looked at, and what is wrong with it; nothing for what is well. */
  expect(what: string, wrong: readonly string[]): void;
  /**
   * That a process holds no more at the end of a long work than at its beginning. At its first work the heap only grows to what
   * it needs: there nothing but the whole is looked at.
   */
  expectFlat(what: string, reports: ReadonlyMap<string, MemoryReport>, isFirst?: boolean): void;
}

/**
 * A file of five million rows that were kept would be gigabytes; the heap itself breathes by some tens of megabytes, however
 * long it goes.
 */
const GROWTH_KB = 64 * 1_024;
/** The program with all of the heap that it may have (`HEAP_MB`): until there, a heap takes what is there for it to take. */
const WHOLE_KB = 320 * 1_024;
/** A container has 512 MB, of which the page cache wants some. */
const MOST_KB = 448 * 1_024;

const mb = (kb: number) => `${Math.round(kb / 1_024)}`;

export function createChecks(say: (line: string) => void): Checks & { failed(): number } {
  let failed = 0;
  const expect = (what: string, wrong: readonly string[]) => {
    if (wrong.length > 0) failed += 1;
    say(`  ${wrong.length > 0 ? 'FAILED' : 'ok'}: ${what}${wrong.map((line) => `\n    ${line}`).join('')}`);
  };
  return {
    expect,
    expectFlat(what, reports, isFirst = false) {
      for (const [name, { startKb, peakKb, firstKb, lastKb }] of reports) {
        const figures = `${mb(startKb)} MB at the start, ${mb(peakKb)} at most; first fifth ${mb(firstKb)}, last ${mb(lastKb)}`;
        const wrong = [
          ...(!isFirst && lastKb > Math.max(firstKb + GROWTH_KB, WHOLE_KB)
            ? [`grew by ${mb(lastKb - firstKb)} MB`]
            : []),
          ...(peakKb > MOST_KB ? [`held more than ${mb(MOST_KB)} MB`] : []),
        ];
        expect(`memory of the ${name}, ${what}: ${figures}`, wrong);
      }
    },
    failed: () => failed,
  };
}
