import { TZDate } from '@date-fns/tz';
import { addDays, addMonths, startOfDay, startOfISOWeek, startOfMonth } from 'date-fns';
import { HOUR, MINUTE } from '../../clock.ts';
import type { Bucket } from '../../contract/analytics.ts';
import { invalidField } from '../../errors.ts';

/** More points than any chart can show. */
const MAX_BUCKETS = 2_000;

/**
 * Starts of the buckets that cover a period, in the given time zone: a day is the zone's own day, of 23, 24 or 25
 * hours. The first bucket may begin before `from`.
 * @throws AppError `invalid_request` for more than 2,000 buckets
 */
export function bucketStarts(period: { from: Date; to: Date }, bucket: Bucket, timeZone: string): Date[] {
  const starts: Date[] = [];
  for (let start = firstStart(period.from, bucket, timeZone); start < period.to; start = nextStart(start, bucket)) {
    starts.push(new Date(start.getTime()));
    if (starts.length > MAX_BUCKETS) {
      throw invalidField('bucket', `the period has more than ${MAX_BUCKETS} buckets: choose longer ones`);
    }
  }
  return starts;
}

export interface Day {
  start: Date;
  /** Exclusive: the start of the next day. */
  end: Date;
}

/** The zone's own days that a period touches, however many. */
export function localDays(period: { from: Date; to: Date }, timeZone: string): Day[] {
  const days: Day[] = [];
  for (let start = firstStart(period.from, 'day', timeZone).getTime(); start < period.to.getTime(); ) {
    const end = dayAfter(start, timeZone);
    days.push({ start: new Date(start), end: new Date(end) });
    start = end;
  }
  return days;
}

/** A dozen zones for thirty years. */
const MOST_KNOWN_DAYS = 100_000;
const knownDays = new Map<string, Map<number, number>>();

/** The start of the day that follows the one that begins at `start`; remembered, since the zone's rules are slow to ask. */
function dayAfter(start: number, timeZone: string): number {
  const known = knownDays.get(timeZone) ?? new Map<number, number>();
  const found = known.get(start);
  if (found !== undefined) return found;
  if ([...knownDays.values()].reduce((sum, { size }) => sum + size, 0) >= MOST_KNOWN_DAYS) knownDays.clear();
  const next = startOfDay(addDays(new TZDate(start, timeZone), 1)).getTime();
  knownDays.set(timeZone, known.set(start, next));
  return next;
}

function firstStart(from: Date, bucket: Bucket, timeZone: string): TZDate {
  const local = new TZDate(from, timeZone);
  switch (bucket) {
    case 'month':
      return startOfMonth(local);
    case 'week':
      return startOfISOWeek(local);
    case 'day':
      return startOfDay(local);
    case 'hour':
    case '15m': {
      // Counted from the zone's own midnight offset, so that half-hour zones have whole hours. Quarters are quarters
      // everywhere: every zone's offset is a multiple of 15 minutes.
      const size = bucket === 'hour' ? HOUR : 15 * MINUTE;
      const offset = -local.getTimezoneOffset() * MINUTE;
      return new TZDate(Math.floor((from.getTime() + offset) / size) * size - offset, timeZone);
    }
  }
}

function nextStart(start: TZDate, bucket: Bucket): TZDate {
  switch (bucket) {
    // A day that begins at one o'clock, because midnight was skipped, is followed by one that begins at midnight.
    case 'month':
      return startOfDay(addMonths(start, 1));
    case 'week':
      return startOfDay(addDays(start, 7));
    case 'day':
      return new TZDate(dayAfter(start.getTime(), start.timeZone ?? 'UTC'), start.timeZone ?? 'UTC');
    case 'hour':
      return new TZDate(start.getTime() + HOUR, start.timeZone ?? 'UTC');
    case '15m':
      return new TZDate(start.getTime() + 15 * MINUTE, start.timeZone ?? 'UTC');
  }
}

/** Whether the runtime knows this IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
