import { DAY } from '../../clock.ts';
import { easterOf } from './easter.ts';
import { isPublicHoliday } from './public-holidays.ts';
import { median, robustDeviation } from './robust.ts';

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
/** Whoever is quiet then is so by the date. */
const YEAR_END = /^(12-2|12-3|01-0)/;
/** Many are away between Christmas and New Year: before a year has been seen, so much of the way to a Sunday. */
const AWAY = { from: '12-23', to: '01-02', share: 0.4 };
/** A day below that, against the same weekday in the weeks around it, was a free one. */
const QUIET = 0.65;
const WEEKS_AROUND = 3;
/** In standard deviations of such days: further down than chance brings one. */
const CHANCE = 2.5;
const NEARLY_NOTHING = 0.01;
/** What was quiet since is no free day that comes again, and may be a fall that lasts. */
const RECENT_DAYS = 250;
/** Days from Easter Sunday that are free somewhere: Carnival to Corpus Christi. */
const BY_EASTER = [-48, -47, -3, -2, 0, 1, 39, 49, 50, 60];

/**
 * How much less than its weekday usually has a day will have: as the same day of the year before, by its date, by Easter, or,
 * for Mondays and Thanksgiving, by its place in the month. What no year has shown yet is as a Sunday on the public holidays
 * of the zone's country, and somewhat quieter around the new year.
 */
export function learnQuietDays(
  days: readonly DaySum[],
  weekdayFactors: readonly number[],
  { today, timeZone }: { today: string; timeZone: string },
): (day: Day) => number {
  const until = dateAfter(today, -RECENT_DAYS);
  const likeSunday = (weekday: number) => Math.min(1, (weekdayFactors[SUNDAY] ?? 1) / (weekdayFactors[weekday] || 1));
  const seen = ratiosOf(days.filter(({ date }) => date <= until));
  const known = new Map<string, number>();
  const away: number[] = [];
  for (const own of Map.groupBy(seen, ({ date }) => weekdayOf(date)).values()) {
    // Where days vary much, a quiet one is nothing but chance.
    const chance = CHANCE * robustDeviation(own.map(({ log }) => log));
    for (const { date, log } of own) {
      // A weekend does not tell whether the day is free.
      const isTelling = likeSunday(weekdayOf(date)) < QUIET;
      if (log < Math.min(Math.log(QUIET), -chance)) known.set(nameOf(date), Math.exp(log));
      else if (isTelling) known.set(nameOf(date), 1);
      if (isTelling && isAway(date) && !isPublicHoliday(date, timeZone)) away.push(log);
    }
  }
  const awayFactor =
    away.length > 0
      ? Math.min(1, Math.exp(median(away)))
      : 1 - AWAY.share * (1 - Math.min(1, weekdayFactors[SUNDAY] ?? 1));
  return ({ date, weekday }) => {
    const factor = known.get(nameOf(date));
    const isHoliday = isPublicHoliday(date, timeZone);
    if (isAway(date) && !isHoliday) return Math.max(awayFactor, likeSunday(weekday));
    if (factor !== undefined) return Math.max(factor, likeSunday(weekday));
    return isHoliday ? likeSunday(weekday) : 1;
  };
}

/** Each day against the same weekday in the weeks around it, as a logarithm. */
function ratiosOf(days: readonly DaySum[]): { date: string; log: number }[] {
  const values = new Map(days.map(({ date, value }) => [date, value]));
  return days.flatMap(({ date, value }) => {
    const around = weeksAround(date, values);
    const usual = around.length >= WEEKS_AROUND ? median(around) : 0;
    return usual > 0 ? [{ date, log: Math.log(Math.max(value / usual, NEARLY_NOTHING)) }] : [];
  });
}

const isAway = (date: string) => date.slice(5) >= AWAY.from || date.slice(5) <= AWAY.to;

function weeksAround(date: string, values: ReadonlyMap<string, number>): number[] {
  const around: number[] = [];
  for (let week = -WEEKS_AROUND; week <= WEEKS_AROUND; week += 1) {
    const value = week === 0 ? undefined : values.get(dateAfter(date, 7 * week));
    if (value !== undefined) around.push(value);
  }
  return around;
}

const dateAfter = (date: string, days: number) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
const weekdayOf = (date: string) => (new Date(date).getUTCDay() + 6) % 7;

/** By what a free day comes again: by Easter, by its place in the month, or by its date. */
function nameOf(date: string): string {
  const time = Date.parse(date);
  const fromEaster = Math.round((time - easterOf(Number(date.slice(0, 4)))) / DAY);
  if (BY_EASTER.includes(fromEaster)) return `easter ${fromEaster}`;
  const weekday = weekdayOf(date);
  const monthDay = date.slice(5);
  const isFloating = (weekday === MONDAY && !YEAR_END.test(monthDay)) || isThanksgiving(weekday, monthDay);
  return isFloating ? `${date.slice(5, 7)} ${weekday} ${Math.ceil(Number(date.slice(8)) / 7)}` : monthDay;
}

const isThanksgiving = (weekday: number, date: string) =>
  (weekday === 3 && date >= '11-22' && date <= '11-28') || (weekday === 4 && date >= '11-23' && date <= '11-29');
