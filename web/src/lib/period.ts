import { TZDate } from '@date-fns/tz';
import type { Bucket } from '@tokengrip/core/contract/analytics';
import { startOfDay } from 'date-fns';
import { shiftDays, shiftMonths } from './calendar.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const PRESETS = ['1h', '24h', '7d', '30d', '90d', 'month', 'last-month'] as const;
export type Preset = (typeof PRESETS)[number];

export const PRESET_LABELS: Record<Preset, string> = {
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  month: 'This month',
  'last-month': 'Last month',
};

/** A preset, or whole days `YYYY-MM-DD` of the organization's zone, both included. */
export type Range = { kind: 'preset'; preset: Preset } | { kind: 'custom'; from: string; to: string };

export interface Period {
  /** Inclusive, RFC 3339 in UTC. */
  from: string;
  /** Exclusive. */
  to: string;
}

const ceilTo = (instant: number, step: number) => Math.ceil((instant + 1) / step) * step;
const asPeriod = (from: number | Date, to: number | Date): Period => ({
  from: new Date(Number(from)).toISOString(),
  to: new Date(Number(to)).toISOString(),
});

/** Midnight at the beginning of a local day `YYYY-MM-DD`. */
export function dayStart(day: string, timeZone: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return startOfDay(new TZDate(year, month - 1, date, 12, timeZone));
}

export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The local day of an instant as `YYYY-MM-DD`. */
export function localDay(instant: number | Date | string, timeZone: string): string {
  const zoned = new TZDate(new Date(instant).getTime(), timeZone);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${zoned.getFullYear()}-${two(zoned.getMonth() + 1)}-${two(zoned.getDate())}`;
}

/**
 * The instants of a range at this moment. A period that is still running ends just after now, not at its calendar's
 * end: compared with the period of the same length before it, half a day is then compared with half a day. It begins
 * where an hour or a day begins, so that its first bucket is a whole one; only the last hour is taken to the minute.
 */
export function resolvePeriod(range: Range, now: number, timeZone: string): Period {
  // Calendar days are counted as days and only then made instants: some days begin at one o'clock.
  const today = localDay(now, timeZone);
  const begin = (day: string) => dayStart(day, timeZone);
  // Whole quarters of an hour: the same query for a while, and exact in the finest rollup of the store.
  const soon = ceilTo(now, 15 * MINUTE);
  if (range.kind === 'custom') {
    const start = begin(range.from);
    const end = begin(shiftDays(range.to, 1));
    const running = Number(start) < now && Number(end) > now;
    return asPeriod(start, running ? soon : end);
  }
  switch (range.preset) {
    case '1h':
      return asPeriod(ceilTo(now, MINUTE) - HOUR, ceilTo(now, MINUTE));
    case '24h':
      return asPeriod(ceilTo(now, HOUR) - DAY, soon);
    case '7d':
      return asPeriod(begin(shiftDays(today, -6)), soon);
    case '30d':
      return asPeriod(begin(shiftDays(today, -29)), soon);
    case '90d':
      return asPeriod(begin(shiftDays(today, -89)), soon);
    case 'month':
      return asPeriod(begin(shiftMonths(today, 0)), soon);
    case 'last-month':
      return asPeriod(begin(shiftMonths(today, -1)), begin(shiftMonths(today, 0)));
  }
}

const BUCKET_LENGTH: Record<Bucket, number> = {
  '15m': 15 * MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
};

/** More columns than this are narrower than a few pixels. */
const MOST_BUCKETS = 200;

const lengthOf = ({ from, to }: Period) => Date.parse(to) - Date.parse(from);

/** Buckets into which a period can sensibly be cut, the finest first. */
export function bucketChoices(period: Period): Bucket[] {
  const length = lengthOf(period);
  const choices = (Object.keys(BUCKET_LENGTH) as Bucket[]).filter((bucket) => {
    const count = length / BUCKET_LENGTH[bucket];
    return count <= MOST_BUCKETS && (count > 1 || bucket === '15m');
  });
  return choices.length > 0 ? choices : ['month'];
}

export function defaultBucket(period: Period): Bucket {
  const length = lengthOf(period);
  if (length <= 3 * HOUR) return '15m';
  if (length <= 3 * DAY) return 'hour';
  if (length <= 120 * DAY) return 'day';
  return length <= 2 * 365 * DAY ? 'week' : 'month';
}

export const BUCKET_LABELS: Record<Bucket, string> = {
  '15m': '15 minutes',
  hour: 'Hourly',
  day: 'Daily',
  week: 'Weekly',
  month: 'Monthly',
};

/** Whether the bucket that begins at `start` has not ended yet, so that its figure will still grow. */
export const isRunning = (start: string, next: string | undefined, periodEnd: string, now: number): boolean =>
  Date.parse(start) <= now && Date.parse(next ?? periodEnd) > now;
