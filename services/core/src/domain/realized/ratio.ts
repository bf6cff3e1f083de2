/** What happened on one day: an amount, and in how many calls. */
export interface Observed {
  amount: number;
  calls: number;
}

/** How a mean has moved from one time to another, and how well that is known. */
export interface Ratio {
  /** Mean before over mean after; 1 where nothing can be said. */
  value: number;
  /** Of the logarithm of `value`, from what the time before leaves open. */
  variance: number;
  /** The same, from what the time after leaves open. */
  chance: number;
}

export const UNMOVED: Ratio = { value: 1, variance: 0, chance: 0 };

/**
 * The mean before over the mean after, and the variance of the first: what is multiplied by the ratio is the amount after,
 * whose own chance is in the ratio too and falls out. Days are what varies, since calls of one day resemble each other.
 *
 * Where the two times say little, the ratio is drawn towards 1, as far as it is likelier to be chance than a real move.
 * @param usual standard deviation of the logarithm that real moves have
 * @param rhythm days after which one resembles another by nature: 7 where weekends are of another kind
 */
export function ratioOfMeans(
  before: readonly Observed[],
  after: readonly Observed[],
  usual: number,
  rhythm: 1 | 7 = 1,
): Ratio {
  const first = meanOf(before, rhythm);
  const second = meanOf(after, rhythm);
  if (!first || !second) return UNMOVED;
  // Of a short time after, whose days say little by themselves: as much as before, for as many calls.
  const chance = Math.max(second.variance, (first.variance * first.calls) / second.calls);
  const weight = usual ** 2 / (usual ** 2 + first.variance + chance);
  const drift = Math.max(driftOf(before), driftOf(after));
  return {
    value: Math.exp(weight * Math.log(first.mean / second.mean)),
    variance: weight * first.variance + drift,
    chance: weight * chance,
  };
}

interface Mean {
  mean: number;
  calls: number;
  /** Of the logarithm of `mean`. */
  variance: number;
}

/** The mean over all calls: a ratio of two sums over days. */
function meanOf(days: readonly Observed[], rhythm: 1 | 7 = 1): Mean | undefined {
  const amount = days.reduce((sum, day) => sum + day.amount, 0);
  const calls = days.reduce((sum, day) => sum + day.calls, 0);
  if (amount <= 0 || calls <= 0) return undefined;
  const mean = amount / calls;
  return { mean, calls, variance: variancePerCall(days, rhythm) / calls / mean ** 2 };
}

/**
 * Of the amount of one call, as far as the days show it; 0 of a single day. From one day with traffic to the next, so that
 * what moves slowly is no chance: `driftOf` has that. With a rhythm, from one weekday to the same of the next week, where there
 * are two weeks at least.
 */
export function variancePerCall(days: readonly Observed[], rhythm: 1 | 7 = 1): number {
  const isWeekly = rhythm === 7 && days.length >= 14;
  const used = isWeekly ? days : days.filter(({ calls }) => calls > 0);
  const step = isWeekly ? 7 : 1;
  let pairs = 0;
  let squares = 0;
  for (const [i, day] of used.entries()) {
    const next = used[i + step];
    if (!next || day.calls === 0 || next.calls === 0) continue;
    squares += (day.amount / day.calls - next.amount / next.calls) ** 2 / (1 / day.calls + 1 / next.calls);
    pairs += 1;
  }
  return squares / Math.max(1, pairs);
}

/**
 * By how much a mean moves by itself within such a time, as a variance of its logarithm: how far the two halves of it are
 * apart beyond chance. What moved before and after may as well have moved in between.
 */
export function driftOf(days: readonly Observed[]): number {
  const used = days.filter(({ calls }) => calls > 0);
  const middle = Math.floor(used.length / 2);
  const first = meanOf(used.slice(0, middle));
  const second = meanOf(used.slice(middle));
  if (!first || !second) return 0;
  const apart = Math.log(first.mean / second.mean) ** 2 - first.variance - second.variance;
  return Math.max(0, apart) / 4;
}

/** How many standard deviations hold 95 %, where the deviation itself comes from so many days. Cornish and Fisher's series. */
export function deviationsFor95(days: number): number {
  const z = 1.96;
  const free = Math.max(2, days - 1);
  return (
    z +
    (z ** 3 + z) / (4 * free) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * free ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * free ** 3)
  );
}
