import { HOUR } from '../../clock.ts';
import { fitLevel, levelAfter } from './level.ts';
import { daysOf, type HourSum, type LocalDay, weekdayOf } from './local-days.ts';
import { learnPattern, type Pattern } from './pattern.ts';
import { type DaySum, learnQuietDays } from './quiet-days.ts';
import { learnSeason } from './season.ts';
import { spreadOf } from './spread.ts';

/** What a forecast rests on: months of rhythm, a few weeks, a few days; or nothing that would carry one. */
type ForecastBasis = 'pattern' | 'weeks' | 'days' | 'none';

export interface Forecast {
  basis: ForecastBasis;
  /** At the end of the span, with what is spent already. `undefined` where there is no basis. */
  total?: { expected: number; low: number; high: number };
  /** Whole days before today on which the forecast rests. */
  historyDays: number;
}

export interface ForecastInput {
  /** Sums by whole hours before `now`, without gaps; hours without anything are 0. Any measure. */
  hours: readonly HourSum[];
  /** Totals of local days of the last year and before, for days that are free each year. Optional. */
  days?: readonly DaySum[];
  timeZone: string;
  now: Date;
  /** What is asked about; it may have begun before or begin after `now`. */
  span: { start: Date; end: Date };
  /** What the span has so far. */
  spent: number;
}

/** Fewer whole days than that say nothing of the next. */
const MIN_DAYS = 3;
const WEEK = 7;

/** Four of five times the total lies within the range. */
export const FORECAST_CONFIDENCE = 0.8;

/**
 * What a span of time will have come to at its end: what is spent, and for each hour to come what its weekday and hour
 * usually have, at the level of the last weeks and with their trend, which fades. Single days out of the ordinary do not
 * move it. The range is as wide as the same forecast would have been wrong before.
 */
export function forecastSpan(input: ForecastInput): Forecast {
  const { now, span, spent, timeZone } = input;
  const { whole, today } = daysOf(input.hours, timeZone, now);
  const historyDays = whole.length;
  const basis = basisOf(historyDays);
  if (span.end <= now) {
    return { basis, historyDays, total: { expected: spent, low: spent, high: spent } };
  }
  if (basis === 'none') return { basis, historyDays };
  const days = input.days ?? [];
  const quiet = learnQuietDays(days, learnPattern(whole).weekday, { today: today.date, timeZone });
  const usual = whole.map((day) => asUsual(day, quiet(day)));
  const pattern = learnPattern(usual);
  const level = fitLevel(usual, pattern, quiet);
  const factorOf = (day: Pick<LocalDay, 'date' | 'weekday'>) => quiet(day) * (pattern.weekday[day.weekday] ?? 1);
  const season = learnSeason(days, (date) => factorOf({ date, weekday: weekdayOf(date) }), today.date);
  const rest = restOf(input, today, factorOf, pattern, (ahead) => levelAfter(level, ahead) * Math.exp(season(ahead)));
  const daysLeft = (span.end.getTime() - Math.max(now.getTime(), span.start.getTime())) / (24 * HOUR);
  const spread = spreadOf(usual, Math.max(1, Math.round(daysLeft)), level);
  return {
    basis,
    historyDays,
    total: {
      expected: spent + rest,
      low: spent + rest * Math.exp(-spread),
      high: spent + rest * Math.exp(spread),
    },
  };
}

/** A day that was free as in the year before, as it would have been otherwise. */
const asUsual = (day: LocalDay, quiet: number): LocalDay =>
  quiet === 1 || quiet <= 0
    ? day
    : { ...day, total: day.total / quiet, hours: day.hours.map((value) => value / quiet) };

function basisOf(historyDays: number): ForecastBasis {
  if (historyDays < MIN_DAYS) return 'none';
  if (historyDays < 2 * WEEK) return 'days';
  return historyDays < 4 * WEEK ? 'weeks' : 'pattern';
}

/** What is still to come of the span. */
function restOf(
  { now, span, timeZone }: ForecastInput,
  today: LocalDay,
  factorOf: (day: LocalDay) => number,
  pattern: Pattern,
  levelOf: (daysAhead: number) => number,
): number {
  const from = Math.max(now.getTime(), span.start.getTime());
  const { whole, today: last } = daysOf([], timeZone, span.end, new Date(from));
  let rest = 0;
  for (const day of [...whole, last]) {
    const ahead = Math.round((day.start - today.start) / (24 * HOUR));
    const share = pattern.shareBetween(day, from, span.end.getTime());
    const own = day.start === today.start ? pattern.leaning(today, now.getTime(), levelOf(0) * factorOf(today)) : 1;
    rest += levelOf(ahead) * factorOf(day) * share * own;
  }
  return rest;
}
