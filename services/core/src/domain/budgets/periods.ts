import { TZDate } from '@date-fns/tz';
import { addDays, addMonths, addQuarters, startOfDay, startOfISOWeek, startOfMonth, startOfQuarter } from 'date-fns';
import { HOUR } from '../../clock.ts';
import type { BudgetPeriodKind } from '../../contract/budgets.ts';
import { ROLLUP_BUCKET_MS } from '../usage/fold-rollup.ts';

/** Half open. Both ends are quarters of an hour, in every time zone. */
export interface Span {
  start: Date;
  end: Date;
}

export interface PeriodRule {
  period: BudgetPeriodKind;
  rollingHours: number | null;
  timeZone: string;
}

export const quarterOf = (time: number): number => Math.floor(time / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS;

/**
 * The period in which a moment lies. Days, weeks from Monday, months and quarters are the zone's own, of 23 or 25 hours
 * where its clocks are moved. A rolling window ends with the quarter of an hour that runs, and is longer than its hours
 * by what of that quarter is still to come, never shorter.
 */
export function periodAt({ period, rollingHours, timeZone }: PeriodRule, time: Date): Span {
  if (period === 'rolling') {
    const end = quarterOf(time.getTime()) + ROLLUP_BUCKET_MS;
    return { start: new Date(quarterOf(time.getTime() - (rollingHours ?? 1) * HOUR)), end: new Date(end) };
  }
  const start = startOf(period, new TZDate(time, timeZone));
  return { start: plain(start), end: plain(startOfNext(period, start)) };
}

/** The period before the one that begins at `start`. */
function periodBefore(rule: PeriodRule, { start }: Span): Span {
  if (rule.period === 'rolling') {
    return { start: new Date(start.getTime() - (rule.rollingHours ?? 1) * HOUR), end: start };
  }
  // Any moment of it will do; the last one is surely in it.
  return periodAt(rule, new Date(start.getTime() - 1));
}

/** The period that runs and those before it, the newest first. */
export function lastPeriods(rule: PeriodRule, now: Date, count: number): Span[] {
  const spans = [periodAt(rule, now)];
  while (spans.length < count) spans.push(periodBefore(rule, spans.at(-1) as Span));
  return spans;
}

type Calendar = Exclude<BudgetPeriodKind, 'rolling'>;

function startOf(period: Calendar, local: TZDate): TZDate {
  switch (period) {
    case 'day':
      return startOfDay(local);
    case 'week':
      return startOfISOWeek(local);
    case 'month':
      return startOfMonth(local);
    case 'quarter':
      return startOfQuarter(local);
  }
}

/** A day that begins at one o'clock, because midnight was skipped, is followed by one that begins at midnight. */
function startOfNext(period: Calendar, start: TZDate): TZDate {
  switch (period) {
    case 'day':
      return startOfDay(addDays(start, 1));
    case 'week':
      return startOfDay(addDays(start, 7));
    case 'month':
      return startOfDay(addMonths(start, 1));
    case 'quarter':
      return startOfDay(addQuarters(start, 1));
  }
}

const plain = (date: TZDate): Date => new Date(date.getTime());

/** What of a period counts: a budget that begins in it does not know what was before. `undefined`: it begins later. */
export function countedSpan(span: Span, startsAt: Date | null): Span | undefined {
  if (!startsAt || startsAt <= span.start) return span;
  return startsAt < span.end ? { start: startsAt, end: span.end } : undefined;
}
