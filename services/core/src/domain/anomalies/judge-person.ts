import type { Judgement } from './judge.ts';

/** The spend of one user or customer in a window, and in whole days of the past weeks. */
export interface PersonSeries {
  current: number;
  /** Days with anything of their own, the largest first. */
  ownDays: readonly number[];
  /** The largest days of anybody, the largest first. */
  largestDays: readonly number[];
  /** Days of which anything is known. */
  knownDays: number;
}

const MIN_KNOWN_DAYS = 14;
/** Of the largest days that many may have been incidents. */
const PAST_INCIDENTS = 2;
/** More in a window than anybody had in a day, or than they had themselves in three. */
const OVER_OTHERS = 1.2;
const OVER_OWN = 3;

/**
 * Whether somebody is out of line. One person's hours tell nothing: they are away, they come back, an agent of theirs works
 * for an hour. Two hours that cost more than the dearest days, their own several times and everybody's, do.
 */
export function judgePerson({ current, ownDays, largestDays, knownDays }: PersonSeries): Judgement | undefined {
  if (knownDays < MIN_KNOWN_DAYS) return undefined;
  const own = ownDays[Math.min(1, ownDays.length - 1)] ?? 0;
  const others = largestDays[Math.min(PAST_INCIDENTS, largestDays.length - 1)] ?? 0;
  const bound = Math.max(OVER_OWN * own, OVER_OTHERS * others);
  const usual = ownDays.reduce((sum, spent) => sum + spent, 0) / knownDays / 12;
  return { usual, score: bound > 0 ? (5 * current) / bound : 0, isAnomaly: bound > 0 && current > bound };
}
