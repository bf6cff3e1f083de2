/**
 * Off-peak schedules. LiteLLM's form is an object (`hours_utc`, `windows` with weekdays, `weekday_timezone`); the
 * compact form is one text, since it is a part of field names:
 *
 *     16:30-00:30,04:00-06:00               every day, hours in UTC
 *     1-5/18:00-24:00;6-7/00:00-24:00       by weekday (1 is Monday), hours in UTC
 *     1-5/18:00-02:00@Asia/Shanghai         the weekday is that of the zone, the hours stay UTC
 *
 * The start of a window is inclusive, the end exclusive, a window may wrap past midnight, and one that starts where
 * it ends is the whole day: the rules of LiteLLM's own calculator.
 */

export interface OffPeakSchedule {
  windows: { weekdays: ReadonlySet<number> | undefined; fromMinute: number; toMinute: number }[];
  /** The zone whose calendar says the weekday. */
  timeZone: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const HOURS = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;

const WEEKDAYS: Record<string, number> = { mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 };

/** Turns LiteLLM's object into the compact text; undefined where it has no valid window. */
export function compactSchedule(raw: Record<string, unknown>): string | undefined {
  const parts: string[] = [];
  const daily = hoursList(raw.hours_utc);
  if (daily.length > 0) parts.push(daily.join(','));
  for (const rule of Array.isArray(raw.windows) ? raw.windows : []) {
    if (typeof rule !== 'object' || rule === null) continue;
    const hours = hoursList((rule as Record<string, unknown>).hours_utc);
    const weekdays = weekdayList((rule as Record<string, unknown>).weekdays);
    if (hours.length === 0 || weekdays === 'none') continue;
    parts.push(weekdays === 'every' ? hours.join(',') : `${weekdays.join(',')}/${hours.join(',')}`);
  }
  if (parts.length === 0) return undefined;
  const zone = typeof raw.weekday_timezone === 'string' ? raw.weekday_timezone.trim() : '';
  return parts.join(';') + (zone !== '' && isTimeZone(zone) ? `@${zone}` : '');
}

/** Reads the compact text; undefined where it is malformed. */
export function parseSchedule(text: string): OffPeakSchedule | undefined {
  const at = text.indexOf('@');
  const timeZone = at === -1 ? 'UTC' : text.slice(at + 1);
  if (!isTimeZone(timeZone)) return undefined;
  const windows: OffPeakSchedule['windows'] = [];
  for (const part of (at === -1 ? text : text.slice(0, at)).split(';')) {
    const slash = part.indexOf('/');
    const weekdays = slash === -1 ? undefined : parseWeekdays(part.slice(0, slash));
    if (weekdays?.size === 0) return undefined;
    for (const hours of part.slice(slash + 1).split(',')) {
      const window = parseHours(hours);
      if (window === undefined) return undefined;
      windows.push({ weekdays, ...window });
    }
  }
  return { windows, timeZone };
}

/** Whether the moment, in milliseconds since 1970, is off peak. */
export function isOffPeak(schedule: OffPeakSchedule, timestampMs: number): boolean {
  const minute = Math.floor(timestampMs / MINUTE_MS) % DAY_MINUTES;
  return schedule.windows.some(({ weekdays, fromMinute, toMinute }) => {
    const within =
      fromMinute < toMinute ? fromMinute <= minute && minute < toMinute : minute >= fromMinute || minute < toMinute;
    return within && (weekdays === undefined || weekdays.has(weekdayIn(schedule.timeZone, timestampMs)));
  });
}

function weekdayIn(timeZone: string, timestampMs: number): number {
  if (timeZone === 'UTC') return ((new Date(timestampMs).getUTCDay() + 6) % 7) + 1;
  const name = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' }).format(timestampMs);
  return WEEKDAYS[name.toLowerCase()] ?? 0;
}

function hoursList(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list
    .filter((entry) => typeof entry === 'string')
    .map((entry) => entry.replace(/\s/g, ''))
    .filter((entry) => parseHours(entry) !== undefined);
}

/** `every` where the rule names no day, `none` where it names none that exists. */
function weekdayList(value: unknown): number[] | 'every' | 'none' {
  if (value === undefined || value === null) return 'every';
  if (!Array.isArray(value)) return 'none';
  const days = value.map((day) => {
    if (typeof day === 'string' && Number.isNaN(Number(day))) return WEEKDAYS[day.trim().toLowerCase().slice(0, 3)];
    const number = Number(day);
    return Number.isInteger(number) && number >= 1 && number <= 7 ? number : undefined;
  });
  const valid = [...new Set(days.filter((day) => day !== undefined))].sort((a, b) => a - b);
  return valid.length === 0 ? 'none' : valid;
}

function parseWeekdays(text: string): ReadonlySet<number> {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    for (let day = from; day <= to && day <= 7; day++) if (day >= 1) days.add(day);
  }
  return days;
}

function parseHours(text: string): { fromMinute: number; toMinute: number } | undefined {
  const match = HOURS.exec(text);
  if (match === null) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  if (from >= DAY_MINUTES || to > DAY_MINUTES || fromMinute > 59 || toMinute > 59) return undefined;
  return { fromMinute: from, toMinute: to };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
