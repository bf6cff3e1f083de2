import { invalidField } from '../../errors.ts';
import type { Period } from './plan-sources.ts';

/** Outside of these nothing was ever recorded, and days cannot be counted at little cost. */
const FIRST = Date.parse('2000-01-01T00:00:00Z');
const LAST = Date.parse('2100-01-01T00:00:00Z');

/**
 * An instant of a request.
 * @throws AppError `invalid_request` for one that the calendar does not have, or that is not of this century
 */
export function readInstant(field: string, text: string): Date {
  const ms = Date.parse(text);
  if (!(ms >= FIRST && ms <= LAST)) throw invalidField(field, 'must be a time between the years 2000 and 2100');
  return new Date(ms);
}

/** @throws AppError `invalid_request` naming the field */
export function readPeriod(query: { from: string; to: string }): Period {
  const period = { from: readInstant('from', query.from), to: readInstant('to', query.to) };
  if (period.from >= period.to) throw invalidField('to', 'must be later than `from`');
  return period;
}
