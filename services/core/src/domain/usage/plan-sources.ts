import { ROLLUP_BUCKET_MS } from './fold-rollup.ts';
import type { Day } from './time-buckets.ts';

export interface Period {
  /** Inclusive. */
  from: Date;
  /** Exclusive. */
  to: Date;
}

/**
 * Where the figures of a part of a period come from: local days that are derived, quarters of an hour, or the records.
 * `carried` are the derived days by what only records carry (user, customer, tag).
 */
export interface Source extends Period {
  table: 'daily' | 'carried' | 'fine' | 'records';
}

/** The local days that lie wholly inside a period and are whole quarters, and which of them are not derived (by index). */
export interface DerivedDays {
  days: readonly Day[];
  touched: ReadonlySet<number>;
}

/** Each range is a branch of the statement. Ranges beyond that are joined over the derived days between them. */
const MAX_TOUCHED_RANGES = 8;

/**
 * Covers a period without a gap or an overlap: derived days where there are any, the fine rollup for other whole quarters
 * of an hour, the records for what is left at the edges.
 */
export function planSources(period: Period, derived: DerivedDays): Source[] {
  const quarters = wholeQuarters(period);
  if (quarters.from >= quarters.to) return parts([{ table: 'records', ...period }]);
  return parts([
    { table: 'records', from: period.from, to: quarters.from },
    ...daysAmong(quarters, derived, 'daily', 'fine'),
    { table: 'records', from: quarters.to, to: period.to },
  ]);
}

/** As `planSources`, for what only records carry: there is no fine rollup of that. */
export const planCarried = (period: Period, derived: DerivedDays): Source[] =>
  parts(daysAmong(period, derived, 'carried', 'records'));

/** The whole quarters of an hour of a period; empty, with `from` at or after `to`, when there is none. */
export const wholeQuarters = ({ from, to }: Period): Period => ({
  from: new Date(Math.ceil(from.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS),
  to: new Date(Math.floor(to.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS),
});

const parts = (sources: readonly Source[]) => sources.filter(({ from, to }) => from < to);

function daysAmong(
  period: Period,
  { days, touched }: DerivedDays,
  derivedTable: Source['table'],
  finerTable: Source['table'],
): Source[] {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [{ table: finerTable, ...period }];
  const sources: Source[] = [];
  let at = period.from;
  const coverUpTo = (to: Date, table: Source['table']) => {
    sources.push({ table, from: at, to });
    at = to;
  };
  coverUpTo(first.start, finerTable);
  for (const range of touchedRanges(days, touched)) {
    coverUpTo(range.from, derivedTable);
    coverUpTo(range.to, finerTable);
  }
  coverUpTo(last.end, derivedTable);
  coverUpTo(period.to, finerTable);
  return sources;
}

function touchedRanges(days: readonly Day[], touched: ReadonlySet<number>): Period[] {
  const ranges: Period[] = [];
  days.forEach((day, index) => {
    if (!touched.has(index)) return;
    const last = ranges.at(-1);
    if (last && touched.has(index - 1)) last.to = day.end;
    else ranges.push({ from: day.start, to: day.end });
  });
  while (ranges.length > MAX_TOUCHED_RANGES) joinNearest(ranges);
  return ranges;
}

function joinNearest(ranges: Period[]): void {
  const gap = (i: number) => (ranges[i + 1]?.from.getTime() ?? 0) - (ranges[i]?.to.getTime() ?? 0);
  let nearest = 0;
  for (let i = 1; i + 1 < ranges.length; i += 1) if (gap(i) < gap(nearest)) nearest = i;
  const [left, right] = [ranges[nearest], ranges[nearest + 1]];
  if (left && right) ranges.splice(nearest, 2, { from: left.from, to: right.to });
}
