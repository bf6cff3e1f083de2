/** What happened on one day: an amount, and in how many calls. */
export interface Observed {
  amount: number;
  calls: number;
}

/** How a mean has moved from one time to another, and how well that is known. */
export interface Ratio {
  /** Mean before over mean after; 1 where nothing can be said. */
  value: number;
  /** Of the logarithm of `value`. */
  variance: number;
}

/**
 * The mean before over the mean after. Days are what varies: calls of one day resemble each other. Of a short time after,
 * whose own days say little, the variance is taken to be at least that of the time before, for as many calls.
 */
export function ratioOfMeans(before: readonly Observed[], after: readonly Observed[]): Ratio {
  const first = meanOf(before);
  const second = meanOf(after);
  if (!first || !second) return { value: 1, variance: 0 };
  const like = (first.variance * first.calls) / second.calls;
  return { value: first.mean / second.mean, variance: first.variance + Math.max(second.variance, like) };
}

/** The mean over all calls, with the variance of its logarithm: that of a ratio of two sums over days. */
function meanOf(days: readonly Observed[]): { mean: number; calls: number; variance: number } | undefined {
  const amount = days.reduce((sum, day) => sum + day.amount, 0);
  const calls = days.reduce((sum, day) => sum + day.calls, 0);
  if (amount <= 0 || calls <= 0) return undefined;
  const mean = amount / calls;
  const count = days.length;
  const squares = days.reduce((sum, day) => sum + (day.amount - mean * day.calls) ** 2, 0);
  return { mean, calls, variance: count > 1 ? (squares * count) / (count - 1) / amount ** 2 : 0 };
}

/**
 * A ratio as it is used: as it is where it is more than chance, else 1 with nothing uncertain about it.
 * @param deviations how many standard deviations are more than chance
 */
export function significant({ value, variance }: Ratio, deviations: number, least: number): Ratio {
  const moved = Math.abs(Math.log(value));
  return moved > Math.max(Math.log(1 + least), deviations * Math.sqrt(variance))
    ? { value, variance }
    : { value: 1, variance: 0 };
}
