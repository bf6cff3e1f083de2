import { TZDate } from '@date-fns/tz';
import { DAY, HOUR, MINUTE } from '../../clock.ts';

/** Minutes of the day, in the organization's zone. */
export interface QuietMinutes {
  from: number;
  to: number;
}

/**
 * When the quiet hours end in which a moment lies, or `undefined` outside of them. They are what clocks on the wall show: on days
 * when the clocks are moved they are an hour longer or shorter. Of an end that comes twice it is the later one; one that is skipped is
 * where it would have been.
 */
export function quietUntil({ from, to }: QuietMinutes, timeZone: string, now: Date): Date | undefined {
  // Asked of instants alone: what a time on the wall means is answered by each machine in its own way where it means two.
  const offset = (time: number) => -new TZDate(time, timeZone).getTimezoneOffset();
  const wall = (time: number) => mod(Math.floor(time / MINUTE) + offset(time), DAY / MINUTE);
  const time = Math.floor(now.getTime() / MINUTE) * MINUTE;
  const minute = wall(time);
  const inside = to <= from ? minute >= from || minute < to : minute >= from && minute < to;
  if (!inside) return undefined;
  const unmoved = time + (mod(to - minute, DAY / MINUTE) || DAY / MINUTE) * MINUTE;
  const moved = unmoved + (offset(time) - offset(unmoved)) * MINUTE;
  const end = wall(moved) === to ? moved : unmoved;
  // Clocks go back by an hour, or by half of one.
  const twin = [30 * MINUTE, HOUR].map((shift) => end + shift).find((later) => wall(later) === to);
  return new Date(twin ?? end);
}

const mod = (value: number, by: number): number => ((value % by) + by) % by;

export const parseTimeOfDay = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

export const formatTimeOfDay = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
