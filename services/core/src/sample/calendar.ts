import type { Holidays } from './types.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const YEAR = 365.25 * DAY;

/** Wall-clock time where the company is. */
export interface LocalTime {
  /** Days since 1970-01-01 on the local calendar. */
  day: number;
  /** 0 to just below 24. */
  hour: number;
  /** 0 is Monday. */
  weekday: number;
  /** `MM-DD` */
  date: string;
  year: number;
}

/** Easter Sunday of a Gregorian year as days since 1970-01-01, by the Meeus/Jones/Butcher algorithm. */
export function easterDay(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1) / DAY;
}

/** Local time in one zone, and which of its days are holidays. */
export class Calendar {
  private readonly format: Intl.DateTimeFormat;
  private readonly holidays: Holidays;

  /** Throws a `RangeError` if there is no such zone. */
  constructor(timeZone: string, holidays: Holidays) {
    this.holidays = holidays;
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  }

  at(instant: number): LocalTime {
    const parts = { year: 0, month: 1, day: 1, hour: 0, minute: 0 };
    for (const { type, value } of this.format.formatToParts(instant)) {
      if (type in parts) parts[type as keyof typeof parts] = Number(value);
    }
    const day = Date.UTC(parts.year, parts.month - 1, parts.day) / DAY;
    return {
      day,
      hour: parts.hour + parts.minute / 60,
      weekday: (((day + 3) % 7) + 7) % 7,
      date: `${String(parts.month).padStart(2, '0')}-${String(parts.day).padStart(2, '0')}`,
      year: parts.year,
    };
  }

  isHoliday({ date, day, year }: LocalTime): boolean {
    return this.holidays.fixed.includes(date) || this.holidays.easter.includes(day - easterDay(year));
  }

  /** Weaker weeks, such as the summer holidays: 1 outside of them. */
  season({ date }: LocalTime): number {
    for (const { from, to, factor } of this.holidays.quiet) {
      const inside = from <= to ? date >= from && date <= to : date >= from || date <= to;
      if (inside) return factor;
    }
    return 1;
  }
}
