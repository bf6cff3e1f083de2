import { DAY, HOUR, MINUTE, SECOND } from '../../clock.ts';

/** What is waited after the first failed attempt, the second, and so on: about sixteen hours in all. */
const DELAYS_MS = [
  10 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
] as const;

export const MAX_ATTEMPTS = DELAYS_MS.length + 1;

/**
 * How long to wait after so many failed attempts, or `undefined` when it is given up. Never less than the receiver asks for,
 * and a little more or less each time, so that what failed together does not come back together.
 */
export function retryDelay(
  attempts: number,
  retryAfterMs: number,
  random: () => number = Math.random,
): number | undefined {
  const delay = DELAYS_MS[attempts - 1];
  if (delay === undefined) return undefined;
  return Math.round(Math.max(delay * (0.9 + 0.2 * random()), Math.min(retryAfterMs, DAY)));
}
