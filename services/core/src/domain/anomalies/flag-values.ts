import type { Flag } from './group-incidents.ts';
import { type Judgement, judge } from './judge.ts';
import { judgePerson } from './judge-person.ts';

/**
 * How many times what could have come by chance an excess with more calls must be. There is one total, and few features;
 * of the others there are many, each with a chance of its own.
 */
const WITH_CALLS: Readonly<Record<string, number>> = { total: 1.05, feature: 1.05 };
const WITH_CALLS_OF_OTHERS = 1.15;

/** Not worth a word, in an organization as it is: of what it spends in a usual day. */
const SHARE_OF_DAY = 0.005;

/** One value of a dimension by the hour, without gaps; the window that is judged is its end. */
export interface ValueHours {
  dimension: string;
  value: string;
  spend: readonly number[];
  calls: readonly number[];
}

/** What a user or a customer spent in the window, and days of theirs and of everybody's, the largest first. */
export interface PersonDays {
  dimension: string;
  value: string;
  current: number;
  days: readonly number[];
  others: readonly number[];
  knownDays: number;
}

/** How much above the usual an organization wants to hear of. */
export function leastExcess(totalHours: readonly number[], wanted: number): number {
  return Math.max(wanted, SHARE_OF_DAY * (sum(totalHours) / totalHours.length) * 24);
}

/** The value as out of line, if it is. */
export function flagHours(
  { dimension, value, spend, calls }: ValueHours,
  windowHours: number,
  minimum: number,
): Flag | undefined {
  const history = spend.slice(0, -windowHours);
  const callsSeen = { current: sum(calls.slice(-windowHours)), history: calls.slice(0, -windowHours) };
  const withCalls = WITH_CALLS[dimension] ?? WITH_CALLS_OF_OTHERS;
  const judged = (current: number) => judge({ current, windowHours, history, calls: callsSeen, withCalls });
  return flagOf({ dimension, value, current: sum(spend.slice(-windowHours)) }, judged, minimum);
}

/** The person as out of line, if they are. */
export function flagPerson(
  { dimension, value, current, days, others, knownDays }: PersonDays,
  minimum: number,
): Flag | undefined {
  const judged = (amount: number) => judgePerson({ current: amount, ownDays: days, largestDays: others, knownDays });
  return flagOf({ dimension, value, current }, judged, minimum);
}

function flagOf(
  found: Pick<Flag, 'dimension' | 'value' | 'current'>,
  judged: (amount: number) => Judgement | undefined,
  minimum: number,
): Flag | undefined {
  const isOut = (amount: number, judgement: Judgement | undefined): judgement is Judgement =>
    judgement?.isAnomaly === true && amount - judgement.usual >= minimum;
  const judgement = judged(found.current);
  if (!isOut(found.current, judgement)) return undefined;
  const { usual, score } = judgement;
  return { ...found, usual, score, wouldBe: (amount) => isOut(amount, judged(amount)) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
