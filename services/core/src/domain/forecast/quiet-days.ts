import { DAY } from '../../clock.ts';
import { median } from './robust.ts';

/** What a local day had in all. */
export interface DaySum {
  /** `YYYY-MM-DD` */
  date: string;
  value: number;
}

interface Day {
  date: string;
  weekday: number;
}

const SUNDAY = 6;
const MONDAY = 0;
/** Nearly everywhere as quiet as a Sunday, where Sundays are quiet: known before a year has been seen. */
const LIKE_SUNDAYS = ['12-25', '12-26', '01-01'];
/** Whoever is quiet then is so by the date. */
const YEAR_END = /^(12-2|12-3|01-0)/;
/** A day below that, against the same weekday in the weeks around it, was a free one. */
const QUIET = 0.65;
const WEEKS_AROUND = 3;
/** What was quiet since is no free day that comes again, and may be a fall that lasts. */
const RECENT_DAYS = 250;
/** Days from Easter Sunday that are free somewhere: Carnival to Corpus Christi. */
const BY_EASTER = [-48, -47, -3, -2, 0, 1, 39, 49, 50, 60];

/**
 * How much less than its weekday usually has a day will have, since the same day was quiet the year before: by its date, by
 * Easter, or, for Mondays and Thanksgiving, by its place in the month. Which days are free in which country nobody has to
 * say; that a year must have been seen is the price.
 */
export function learnQuietDays(
  days: readonly DaySum[],
  weekdayFactors: readonly number[],
  today: string,
): (day: Day) => number {
  const until = dateAfter(today, -RECENT_DAYS);
  const values = new Map(days.map(({ date, value }) => [date, value]));
  const known = new Map<string, number>();
  for (const { date, value } of days) {
    if (date > until) continue;
    const around = weeksAround(date, values);
    const usual = around.length >= WEEKS_AROUND ? median(around) : 0;
    if (usual <= 0 || value >= QUIET * usual) continue;
    known.set(nameOf(date), value / usual);
  }
  const likeSunday = (weekday: number) => Math.min(1, (weekdayFactors[SUNDAY] ?? 1) / (weekdayFactors[weekday] || 1));
  return ({ date, weekday }) => {
    const factor = known.get(nameOf(date));
    if (factor !== undefined) return Math.max(factor, likeSunday(weekday));
    return LIKE_SUNDAYS.includes(date.slice(5)) ? likeSunday(weekday) : 1;
  };
}

function weeksAround(date: string, values: ReadonlyMap<string, number>): number[] {
  const around: number[] = [];
  for (let week = -WEEKS_AROUND; week <= WEEKS_AROUND; week += 1) {
    const value = week === 0 ? undefined : values.get(dateAfter(date, 7 * week));
    if (value !== undefined) around.push(value);
  }
  return around;
}

const dateAfter = (date: string, days: number) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);

/** By what a free day comes again: by Easter, by its place in the month, or by its date. */
function nameOf(date: string): string {
  const time = Date.parse(date);
  const fromEaster = Math.round((time - easterOf(Number(date.slice(0, 4)))) / DAY);
  if (BY_EASTER.includes(fromEaster)) return `easter ${fromEaster}`;
  const weekday = (new Date(time).getUTCDay() + 6) % 7;
  const monthDay = date.slice(5);
  const isFloating = (weekday === MONDAY && !YEAR_END.test(monthDay)) || isThanksgiving(weekday, monthDay);
  return isFloating ? `${date.slice(5, 7)} ${weekday} ${Math.ceil(Number(date.slice(8)) / 7)}` : monthDay;
}

const isThanksgiving = (weekday: number, date: string) =>
  (weekday === 3 && date >= '11-22' && date <= '11-28') || (weekday === 4 && date >= '11-23' && date <= '11-29');

/** Easter Sunday of a Gregorian year, by the Meeus/Jones/Butcher algorithm. */
function easterOf(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1);
}
