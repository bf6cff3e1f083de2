/** What a group of calls spent, and what such calls usually spend in such a time. Any measure. */
export interface Contribution {
  /** One dimension, or two. */
  dimensions: readonly string[];
  /** One value for each dimension. */
  values: readonly string[];
  now: number;
  usual: number;
}

export interface Driver extends Contribution {
  /** Of the whole rise; above 1 where others fell. */
  share: number;
}

/** Less than that of a rise does not explain it. */
const MIN_SHARE = 0.15;
/** A pair is named instead of one of its values when it has nearly all of what that one has. */
const NEARLY_ALL = 0.85;

/**
 * What a rise comes from, the most telling first: whoever has much of it though they usually have little. What is always
 * most of everything explains nothing, and a pair of values explains more than one of them only while it has as much.
 * @param total of all calls; a fall, or no change, has no drivers
 * @param most as many drivers, each saying something that those before it do not
 */
export function explainRise(
  total: { now: number; usual: number },
  contributions: readonly Contribution[],
  most = 3,
): Driver[] {
  const rise = total.now - total.usual;
  if (rise <= 0) return [];
  const drivers = contributions
    .map((one) => ({ ...one, share: (one.now - one.usual) / rise }))
    .filter(({ share, values }) => share >= MIN_SHARE && values.every((value) => value !== ''));
  const scored = drivers
    .map((driver) => ({ driver, score: scoreOf(driver, total) }))
    .sort((a, b) => b.score - a.score || b.driver.values.length - a.driver.values.length);
  const best = scored[0]?.driver;
  if (!best) return [];
  return [
    narrowed(
      best,
      scored.map(({ driver }) => driver),
    ),
    ...scored.map(({ driver }) => driver),
  ]
    .filter((driver, i, all) => all.slice(0, i).every((before) => !sharesAll(before, driver)))
    .slice(0, most);
}

/** Its part of the rise beyond its part of the usual: 0 for what rose as everything did. */
function scoreOf({ share, usual }: Driver, total: { usual: number }): number {
  const usualShare = total.usual > 0 ? Math.max(0, usual / total.usual) : 0;
  return Math.min(share, 1.2) * (1 - Math.min(1, usualShare));
}

/** The pair that has nearly all of a value's rise, if there is one: it says more. */
function narrowed(best: Driver, drivers: readonly Driver[]): Driver {
  if (best.values.length > 1) return best;
  const pairs = drivers.filter(
    (driver) => driver.values.length > 1 && contains(driver, best) && driver.share >= NEARLY_ALL * best.share,
  );
  return pairs.sort((a, b) => b.share - a.share)[0] ?? best;
}

const partsOf = ({ dimensions, values }: Contribution) => dimensions.map((name, i) => `${name}\0${values[i]}`);
const contains = (wide: Contribution, narrow: Contribution) => {
  const parts = partsOf(wide);
  return partsOf(narrow).every((part) => parts.includes(part));
};
/** One of the two says nothing that the other does not. */
const sharesAll = (a: Contribution, b: Contribution) => contains(a, b) || contains(b, a);
