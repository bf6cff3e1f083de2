import { dayStart, localDay } from '../../lib/period.ts';

/** The instant at which a day `YYYY-MM-DD` of the organization's zone begins. */
export const instantOf = (day: string, timeZone: string): string =>
  new Date(Number(dayStart(day, timeZone))).toISOString();

/** The day of an instant as a date input takes it; empty where there is none. */
export const dayOf = (instant: string | null | undefined, timeZone: string): string =>
  instant === null || instant === undefined ? '' : localDay(instant, timeZone);

/** The instant of a date input. An instant that was there before is kept to the second while its day is. */
export function chosenInstant(day: string, timeZone: string, before?: string | null): string | null {
  if (day === '') return null;
  return before !== null && before !== undefined && localDay(before, timeZone) === day
    ? before
    : instantOf(day, timeZone);
}
