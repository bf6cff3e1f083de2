import { TZDate } from '@date-fns/tz';
import { addDays } from 'date-fns';
import { HOUR } from '../../clock.ts';
import { periodAt, type Span } from '../budgets/periods.ts';

const HOUR_OF_DAY = 8;
/** A worker that was away on Monday morning still tells; on Wednesday it is old news. */
const LATE_MS = 48 * HOUR;

/** The week that is over, and the one before it. */
export interface DigestWeek {
  week: Span;
  before: Span;
  /** Its first and last day. */
  from: string;
  to: string;
}

/** The week to tell of, or `undefined` while it is not the time: from Monday at eight of the organization's zone. */
export function digestWeek(timeZone: string, now: Date): DigestWeek | undefined {
  const rule = { period: 'week', rollingHours: null, timeZone } as const;
  const running = periodAt(rule, now);
  const monday = new TZDate(running.start, timeZone);
  const due = new TZDate(monday.getFullYear(), monday.getMonth(), monday.getDate(), HOUR_OF_DAY, timeZone).getTime();
  if (now.getTime() < due || now.getTime() >= due + LATE_MS) return undefined;
  const previous = (span: Span) => periodAt(rule, new Date(span.start.getTime() - 1));
  const week = previous(running);
  const first = new TZDate(week.start, timeZone);
  return { week, before: previous(week), from: dayOf(first), to: dayOf(addDays(first, 6)) };
}

const dayOf = (date: Date): string =>
  [date.getFullYear(), String(date.getMonth() + 1).padStart(2, '0'), String(date.getDate()).padStart(2, '0')].join('-');
