/** Days as `YYYY-MM-DD` without a zone: a calendar's squares, not instants. */
const DAY_MS = 86_400_000;
const parse = (day: string) => Date.parse(`${day}T00:00:00Z`);
const write = (instant: number) => new Date(instant).toISOString().slice(0, 10);

export const shiftDays = (day: string, count: number): string => write(parse(day) + count * DAY_MS);

/** The first day of the month that lies `count` months after the one of `day`. */
export function shiftMonths(day: string, count: number): string {
  const date = new Date(parse(day));
  return write(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1));
}

/** `August 2026` */
export const monthName = (day: string): string =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(parse(day));

/** `Tuesday, August 4, 2026` */
export const dayName = (day: string): string =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', dateStyle: 'full' }).format(parse(day));

/** Six weeks from Monday on that hold the month of `day`; always six, so that the calendar keeps its height. */
export function monthGrid(day: string): string[] {
  const first = new Date(parse(shiftMonths(day, 0)));
  const sinceMonday = (first.getUTCDay() + 6) % 7;
  return Array.from({ length: 42 }, (_, index) => write(first.getTime() + (index - sinceMonday) * DAY_MS));
}
