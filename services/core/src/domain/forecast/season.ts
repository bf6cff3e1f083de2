import { DAY } from '../../clock.ts';
import type { DaySum } from './quiet-days.ts';
import { median } from './robust.ts';

/** As many days as whole weeks have that are nearest to a year: the same weekdays. */
const YEAR_DAYS = 364;
/** What the days before now had last year is compared with what those to come had. */
const BEFORE_DAYS = 21;
const AROUND_DAYS = 5;
const MIN_BEFORE = 14;
const MIN_AROUND = 6;
/** Of what one year shows, that much is expected again: most of it was growth and chance. */
const TRUST = 0.3;
const MOST = Math.log(1.5);

/** How much more or less than now a day that far ahead will have since the year before was so: a logarithm, 0 of what nobody knows. */
export type Season = (daysAhead: number) => number;

/**
 * What a year has beside its weeks and free days: summers, ends of quarters. Learned from one year only, and so with doubt.
 * @param usualOf what a day has of an average one by its weekday and because it is free
 * @param today `YYYY-MM-DD`
 */
export function learnSeason(days: readonly DaySum[], usualOf: (date: string) => number, today: string): Season {
  const levels = new Map<string, number>();
  for (const { date, value } of days) {
    const usual = usualOf(date);
    if (value > 0 && usual > 0.05) levels.set(date, Math.log(value / usual));
  }
  const between = (from: number, to: number): number[] => {
    const found: number[] = [];
    for (let day = from; day <= to; day += 1) {
      const level = levels.get(dateAfter(today, day));
      if (level !== undefined) found.push(level);
    }
    return found;
  };
  const before = between(-YEAR_DAYS - BEFORE_DAYS, -YEAR_DAYS - 1);
  const recent = between(-BEFORE_DAYS, -1);
  if (before.length < MIN_BEFORE || recent.length < MIN_BEFORE) return () => 0;
  const base = median(before);
  const growth = Math.max(0, median(recent) - base) / YEAR_DAYS;
  return (ahead) => {
    const around = between(ahead - YEAR_DAYS - AROUND_DAYS, ahead - YEAR_DAYS + AROUND_DAYS);
    if (around.length < MIN_AROUND) return 0;
    const rise = median(around) - base - growth * (ahead + BEFORE_DAYS / 2);
    return TRUST * Math.min(MOST, Math.max(-MOST, rise));
  };
}

const dateAfter = (date: string, days: number) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
