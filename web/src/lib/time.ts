import type { Bucket } from '@tokengrip/core/contract/analytics';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Building a formatter costs more than using it a hundred times. */
function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone}|${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known) return known;
  const created = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...options });
  formatters.set(key, created);
  return created;
}

const format = (instant: string | number, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  formatter(timeZone, options).format(new Date(instant));

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;
const DATE = { month: 'short', day: 'numeric' } as const;

/** `Tue, Aug 4, 2026, 14:02:31 GMT+2` */
export const formatAbsolute = (instant: string | number, timeZone: string): string =>
  format(instant, timeZone, {
    ...DATE,
    ...CLOCK,
    weekday: 'short',
    year: 'numeric',
    second: '2-digit',
    timeZoneName: 'short',
  });

/** `Aug 4, 2026` */
export const formatDate = (instant: string | number, timeZone: string): string =>
  format(instant, timeZone, { ...DATE, year: 'numeric' });

/** `just now`, `12 s ago`, `3 min ago`, `5 h ago`, then the date. */
export function formatRelative(instant: string, now: number, timeZone: string): string {
  const age = now - Date.parse(instant);
  if (age < 2 * SECOND) return 'just now';
  if (age < MINUTE) return `${Math.floor(age / SECOND)}\u202fs ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)}\u202fmin ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)}\u202fh ago`;
  if (age < 7 * DAY) return `${Math.floor(age / DAY)}\u202fd ago`;
  const sameYear = format(instant, timeZone, { year: 'numeric' }) === format(now, timeZone, { year: 'numeric' });
  return sameYear ? format(instant, timeZone, DATE) : formatDate(instant, timeZone);
}

/** A bucket in full, as a tooltip and a table name it. */
export function formatBucket(start: string, bucket: Bucket, timeZone: string): string {
  switch (bucket) {
    case '15m':
      return `${format(start, timeZone, { ...DATE, ...CLOCK })} – ${format(Date.parse(start) + 15 * MINUTE, timeZone, CLOCK)}`;
    case 'hour':
      return `${format(start, timeZone, { weekday: 'short', ...DATE, ...CLOCK })} – ${format(Date.parse(start) + HOUR, timeZone, CLOCK)}`;
    case 'day':
      return format(start, timeZone, { weekday: 'short', ...DATE, year: 'numeric' });
    case 'week':
      return `Week of ${formatDate(start, timeZone)}`;
    case 'month':
      return format(start, timeZone, { month: 'long', year: 'numeric' });
  }
}

/** A bucket in as few characters as an axis has room for. Midnight shows its date. */
export function formatTick(start: string, bucket: Bucket, timeZone: string): string {
  if (bucket === 'month') return format(start, timeZone, { month: 'short', year: 'numeric' });
  if (bucket === 'day' || bucket === 'week') return format(start, timeZone, DATE);
  const clock = format(start, timeZone, CLOCK);
  return clock === '00:00' ? format(start, timeZone, DATE) : clock;
}

/** `Aug 1 – 15, 2026` for days, both included; a single day alone. */
export function formatDays(from: string, to: string): string {
  const utc = (day: string) => Date.parse(`${day}T00:00:00Z`);
  if (from === to) return formatDate(utc(from), 'UTC');
  return formatter('UTC', { ...DATE, year: 'numeric' }).formatRange(utc(from), utc(to));
}
