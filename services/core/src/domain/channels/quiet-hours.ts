import { TZDate } from '@date-fns/tz';
import { addDays } from 'date-fns';
import { MINUTE } from '../../clock.ts';

/** Minutes of the day, in the organization's zone. */
export interface QuietMinutes {
  from: number;
  to: number;
}

/**
 * When the quiet hours end in which a moment lies, or `undefined` outside of them. They are what clocks on the wall show: on days
 * when the clocks are moved they are an hour longer or shorter. Of an hour that comes twice both belong to them.
 */
export function quietUntil({ from, to }: QuietMinutes, timeZone: string, now: Date): Date | undefined {
  const local = new TZDate(now, timeZone);
  const minute = local.getHours() * 60 + local.getMinutes();
  const overnight = to <= from;
  const inside = overnight ? minute >= from || minute < to : minute >= from && minute < to;
  if (!inside) return undefined;
  const day = overnight && minute >= from ? addDays(local, 1) : local;
  const end = new TZDate(
    day.getFullYear(),
    day.getMonth(),
    day.getDate(),
    Math.floor(to / 60),
    to % 60,
    0,
    0,
    timeZone,
  ).getTime();
  if (end > now.getTime()) return new Date(end);
  // The second of two equal hours: its end is as far as the clock on the wall says.
  return new Date(Math.floor(now.getTime() / MINUTE) * MINUTE + (to - minute) * MINUTE);
}

export const parseTimeOfDay = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

export const formatTimeOfDay = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
