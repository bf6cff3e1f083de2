import { DAY, HOUR } from '../../clock.ts';
import { sampleCells } from '../../testing/sample-cells.ts';
import { periodAt } from '../budgets/periods.ts';
import { forecastSpan } from './forecast.ts';
import { daysOf, type HourSum } from './local-days.ts';

const ZONE = 'Europe/Berlin';
const TO = Date.parse('2026-11-03');
/** November 2025 to October 2026. */
const FIRST_MONTH = { year: 2025, month: 10 };
const MONTHS = 12;
const HISTORY_DAYS = 71;
const YEAR_DAYS = 400;

/** How wrong a month was foreseen to be, as shares of what it came to. */
export interface ForeseenMonth {
  ours: number;
  /** What is spent, by the share of the month that is over. */
  straight: number;
  within: boolean;
}

/** The spend of a generated company by the hour. */
export function sampleHours(seed: number, callsPerMonth: number, since: string): HourSum[] {
  const from = Date.parse(since);
  const values = new Array<number>((TO - from) / HOUR).fill(0);
  const calls = (callsPerMonth * (TO - from)) / DAY / 30.4;
  for (const cell of sampleCells({ seed, from: new Date(from), to: new Date(TO), calls, incidents: [] })) {
    const place = (cell.hour - from) / HOUR;
    values[place] = (values[place] ?? 0) + cell.picoUsd;
  }
  return values.map((value, i) => ({ start: from + i * HOUR, value }));
}

/**
 * Forecasts twelve months at noon of a day of each, with what was known then.
 * @param timeZone where the forecast believes itself to be; the months are those of Berlin
 */
export function foreseeMonths(hours: readonly HourSum[], day: number, timeZone = ZONE): ForeseenMonth[] {
  const first = hours[0]?.start ?? 0;
  const between = (from: number, to: number) =>
    hours.slice(Math.max(0, Math.ceil((from - first) / HOUR)), Math.max(0, Math.ceil((to - first) / HOUR)));
  const sum = (from: number, to: number) => between(from, to).reduce((all, { value }) => all + value, 0);
  return Array.from({ length: MONTHS }, (_, i) => {
    const middle = new Date(Date.UTC(FIRST_MONTH.year, FIRST_MONTH.month + i, 15));
    const span = periodAt({ period: 'month', rollingHours: null, timeZone: ZONE }, middle);
    const [start, end] = [span.start.getTime(), span.end.getTime()];
    const now = start + (day - 0.5) * DAY;
    const [spent, actual] = [sum(start, now), sum(start, end)];
    const yearAgo = Math.max(first, now - YEAR_DAYS * DAY);
    const year = daysOf(between(yearAgo, now), timeZone, new Date(now), new Date(yearAgo)).whole;
    const { total } = forecastSpan({
      hours: between(now - HISTORY_DAYS * DAY, now),
      days: year.map(({ date, total: value }) => ({ date, value })),
      timeZone,
      now: new Date(now),
      span,
      spent,
    });
    if (!total) throw new Error('there is no forecast');
    const straight = (spent / (now - start)) * (end - start);
    return {
      ours: Math.abs(total.expected - actual) / actual,
      straight: Math.abs(straight - actual) / actual,
      within: total.low <= actual && actual <= total.high,
    };
  });
}

/** The mean error by the straight line's, and the share of months within the range. */
export function summarize(months: readonly ForeseenMonth[]) {
  const mean = (of: (month: ForeseenMonth) => number) =>
    months.reduce((sum, month) => sum + of(month), 0) / Math.max(1, months.length);
  const [ours, straight] = [mean((month) => month.ours), mean((month) => month.straight)];
  return { ours, straight, ratio: ours / straight, within: mean(({ within }) => Number(within)) };
}
