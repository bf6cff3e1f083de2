import type { RealizedChange } from '../../contract/realized.ts';
import type { DayFigures, Group } from './figures.ts';
import { isSameFamily } from './look-at-calls.ts';

/**
 * How caches got warmer or colder because calls moved: a cache is kept warm by the calls that use it, so that those that stay on
 * the old model find it cold more often, and those of the new model find theirs warm. Shares of calls that read from it.
 */
export interface Warmth {
  /** More of the moved calls than of the old ones before. */
  moved: number;
  /** More of those that were on the new model anyway. */
  anyway: number;
  /** Fewer of those that are left on the old one. */
  left: number;
  /** Pico-USD a reading call, at the old way's prices. */
  gain: number;
}

const UNCHANGED: Warmth = { moved: 0, anyway: 0, left: 0, gain: 0 };

/** Fewer calls on a side say nothing about its cache. */
const MIN_CALLS = 100;

/** @param before days on which calls were on their old sides; `seen`, those since the change shows */
export function warmthOf(change: RealizedChange, before: readonly DayFigures[], seen: readonly DayFigures[]): Warmth {
  if (change.kind !== 'model' || !isSameFamily(change)) return UNCHANGED;
  const rate = (days: readonly DayFigures[], side: 'old' | 'new') => {
    const calls = sum(days, (day) => day[side].calls);
    return calls < MIN_CALLS ? undefined : sum(days, (day) => day[side].hits) / calls;
  };
  const was = rate(before, 'old');
  const is = rate(seen, 'new');
  const anyway = rate(before, 'new');
  const left = rate(seen, 'old');
  const hits = sum(seen, (day) => day.new.hits);
  // Without any before there was no cache, or nobody counted yet: no difference to be known.
  if (sum(before, (day) => day.old.hits + day.new.hits) === 0) return UNCHANGED;
  // Where all have moved, all of them keep the new cache as warm as they kept the old one.
  if (was === undefined || is === undefined || hits === 0 || (anyway === undefined && left === undefined)) {
    return UNCHANGED;
  }
  return {
    moved: is - was,
    anyway: anyway === undefined ? 0 : is - anyway,
    left: left === undefined ? 0 : was - left,
    gain: sum(seen, (day) => Number(day.new.readGain)) / hits,
  };
}

/** What it made dearer, in pico-USD: of the old way, and of what there is. */
export function costOfWarmth(
  { moved, anyway, left, gain }: Warmth,
  figures: DayFigures,
  calls: { moved: number; anyway: number },
): { otherwise: bigint; cost: bigint } {
  if (gain === 0) return { otherwise: 0n, cost: 0n };
  const { new: group, old } = figures;
  // A cached token of the new model saves as much less as everything else costs less.
  const cheaper = Number(group.cost) / Math.max(1, pricedOtherwise(group));
  return {
    otherwise: BigInt(Math.round(gain * (calls.moved * moved + calls.anyway * anyway * cheaper))),
    cost: BigInt(Math.round(gain * old.calls * left)),
  };
}

const pricedOtherwise = ({ otherwise: { input, output, other } }: Group): number => Number(input + output + other);

const sum = (days: readonly DayFigures[], of: (day: DayFigures) => number): number =>
  days.reduce((total, day) => total + of(day), 0);
