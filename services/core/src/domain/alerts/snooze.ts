import { DAY } from '../../clock.ts';
import { invalidField } from '../../errors.ts';
import { readInstant } from '../usage/read-period.ts';

const MAX_SNOOZE_MS = 92 * DAY;

/** @throws AppError `invalid_request` for a time that is not ahead, or too far */
export function readSnooze(until: string | null, now: Date, field = 'until'): Date | null {
  if (until === null) return null;
  const time = readInstant(field, until);
  if (time <= now) throw invalidField(field, 'must be in the future');
  if (time.getTime() > now.getTime() + MAX_SNOOZE_MS) throw invalidField(field, 'must be within three months');
  return time;
}
