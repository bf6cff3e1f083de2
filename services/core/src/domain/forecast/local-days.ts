import { HOUR } from '../../clock.ts';
import { localDays } from '../usage/time-buckets.ts';

export interface HourSum {
  /** Milliseconds. */
  start: number;
  value: number;
}

/** A day of a time zone, of 23 or 25 hours where its clocks are moved. */
export interface LocalDay {
  start: number;
  end: number;
  /** `YYYY-MM-DD` */
  date: string;
  /** 0 is Monday. */
  weekday: number;
  total: number;
  /** By hours since the day began. */
  hours: number[];
}

/** Ten weeks say what is usual; what was before says what was usual then. */
const MAX_DAYS = 70;
const WEEK = 7;

/**
 * Sums by local day: those that are over, from the first with anything in it, and the one in which `now` lies.
 * @param from days before it are left out; otherwise the last ten weeks
 */
export function daysOf(
  hours: readonly HourSum[],
  timeZone: string,
  now: Date,
  from: Date = new Date(Math.max(now.getTime() - MAX_DAYS * 24 * HOUR, hours[0]?.start ?? now.getTime())),
): { whole: LocalDay[]; today: LocalDay } {
  const days = localDays({ from, to: new Date(now.getTime() + 1) }, timeZone).map(
    ({ start, end }): LocalDay => ({
      start: start.getTime(),
      end: end.getTime(),
      ...calendarDay(dateOf(start.getTime(), end.getTime(), timeZone)),
      total: 0,
      hours: [],
    }),
  );
  let i = 0;
  for (const { start, value } of hours) {
    let day = days[i];
    while (day && start >= day.end) {
      i += 1;
      day = days[i];
    }
    if (!day || start < day.start) continue;
    const hour = Math.floor((start - day.start) / HOUR);
    day.hours[hour] = (day.hours[hour] ?? 0) + value;
    day.total += value;
  }
  const today = days.pop();
  if (!today) throw new Error('no day lies between these times');
  // The first is whole only if its beginning is known.
  const known = hours[0]?.start ?? Number.POSITIVE_INFINITY;
  const first = days.findIndex(({ start, total }) => total > 0 && (hours.length === 0 || start >= known));
  return { whole: hours.length === 0 ? days : first < 0 ? [] : days.slice(first), today };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD` of the day between two instants. */
function dateOf(start: number, end: number, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, format);
  return format.format((start + end) / 2);
}

/** Of a `YYYY-MM-DD`; 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(date).getUTCDay() + 6) % WEEK;

const calendarDay = (date: string) => ({ date, weekday: weekdayOf(date) });

/** Sums by the hour without gaps, from the first there is until now. */
export function fillHours(sums: readonly HourSum[], now: Date): HourSum[] {
  const [first] = sums;
  if (!first) return [];
  const values = new Map(sums.map(({ start, value }) => [start, value]));
  const hours: HourSum[] = [];
  for (let start = first.start; start < now.getTime(); start += HOUR)
    hours.push({ start, value: values.get(start) ?? 0 });
  return hours;
}
