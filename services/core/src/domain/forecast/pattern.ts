import { HOUR } from '../../clock.ts';
import type { LocalDay } from './local-days.ts';
import { median } from './robust.ts';

const WEEK = 7;
const HOURS = 24;
/** Weeks that weigh as much as not knowing better: with one week seen, a weekday is half its own. */
const DOUBT_WEEKS = 1;
/** A day is not taken to be stranger than that by its beginning. */
const MOST_LEANING = 3;

export interface Pattern {
  /** What a weekday has, Monday first, of an average day. */
  weekday: readonly number[];
  /** How much of a day's total usually falls between two instants. */
  shareBetween(day: LocalDay, from: number, to: number): number;
  /**
   * How far the rest of today leans the way of its beginning: 1 is as usual.
   * @param usual what a day like today has in all
   */
  leaning(today: LocalDay, now: number, usual: number): number;
}

/** The rhythm of weekdays and hours in whole days of the past. */
export function learnPattern(days: readonly LocalDay[]): Pattern {
  const weekday = weekdayFactors(days);
  const hours = hourShares(days);
  const shareBetween: Pattern['shareBetween'] = (day, from, to) => {
    const own = hours[day.weekday] ?? [];
    let share = 0;
    // A day with a moved clock is stretched or squeezed: an hour more or less among 24.
    const length = (day.end - day.start) / HOURS;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const start = day.start + hour * length;
      const inside = Math.min(to, start + length) - Math.max(from, start);
      if (inside > 0) share += ((own[hour] ?? 0) * inside) / length;
    }
    return share;
  };
  return {
    weekday,
    shareBetween,
    leaning(today, now, usual) {
      // Sums are there for whole hours only.
      const until = Math.floor((now - today.start) / HOUR) * HOUR + today.start;
      const passed = shareBetween(today, today.start, until);
      const expected = usual * passed;
      if (expected <= 0) return 1;
      const ratio = Math.min(MOST_LEANING, Math.max(1 / MOST_LEANING, today.total / expected));
      return ratio ** (0.8 * passed);
    },
  };
}

function weekdayFactors(days: readonly LocalDay[]): number[] {
  const ratios: number[][] = Array.from({ length: WEEK }, () => []);
  if (days.length >= WEEK) {
    days.forEach((day, i) => {
      const first = Math.min(Math.max(0, i - 3), days.length - WEEK);
      const around = days.slice(first, first + WEEK);
      const mean = around.reduce((sum, { total }) => sum + total, 0) / WEEK;
      if (mean > 0) ratios[day.weekday]?.push(day.total / mean);
    });
  }
  const factors = ratios.map((own) => {
    const doubt = own.length >= 4 ? 0 : DOUBT_WEEKS;
    return own.length === 0 ? 1 : (median(own) * own.length + doubt) / (own.length + doubt);
  });
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / WEEK;
  return factors.map((factor) => (mean > 0 ? factor / mean : 1));
}

/** By weekday: its own hours, and those of all days as far as its own are few. */
function hourShares(days: readonly LocalDay[]): number[][] {
  const all = sharesOf(days);
  return Array.from({ length: WEEK }, (_, weekday) => {
    const own = days.filter((day) => day.weekday === weekday && day.total > 0);
    const shares = sharesOf(own);
    const trust = own.length / (own.length + 2);
    return all.map((share, hour) => share * (1 - trust) + (shares[hour] ?? 0) * trust);
  });
}

function sharesOf(days: readonly LocalDay[]): number[] {
  const middles = Array.from({ length: HOURS }, (_, hour) => {
    const shares = days.flatMap((day) => (day.total > 0 ? [(day.hours[hour] ?? 0) / day.total] : []));
    // Between the middle and the mean: the middle alone forgets what happens now and then, as in hours of little traffic.
    const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    return (median(shares) + mean) / 2;
  });
  const sum = middles.reduce((total, share) => total + share, 0);
  return middles.map((share) => (sum > 0 ? share / sum : 1 / HOURS));
}
