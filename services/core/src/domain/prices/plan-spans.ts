/**
 * How a new price takes its place among those that are known. Nothing is overwritten: a version whose span changes is
 * superseded, and what is left of the span is stated anew, so that what was known when can always be told.
 *
 *     known     [since ever ────────── A ────────── )[ B ──────── still )
 *     C from T                   T
 *     then      [since ever ─ A ─)[ C ──────────────)[ B ──────── still )
 */
import { samePrice } from '../../cost/diff-prices.ts';
import { nominalStart, type PriceSpan, type StandingVersion } from './standing-versions.ts';

interface NewVersion extends PriceSpan {
  /** The row that said this price first, where this one only gives it another span. */
  restates: number | null;
}

export interface SpanPlan {
  /** Versions that do not stand any more. */
  supersede: StandingVersion[];
  insert: NewVersion[];
  /** The new price's own version, one of `insert`. */
  added: NewVersion;
  /** The price that it follows. */
  previous: StandingVersion | undefined;
}

type NewPrice = Pick<PriceSpan, 'modelKey' | 'entry' | 'origin' | 'edition'> & { fromMs: number };

/**
 * Puts a price among the versions of its model, `standing` in the order of time: it holds until the next one that is known
 * begins. A model's first price reaches back to the beginning of time; one that is older than the first takes its place
 * there, and the first then begins when it was said to.
 * @returns `undefined` where the price is what is known already
 */
export function planNewPrice(standing: readonly StandingVersion[], price: NewPrice): SpanPlan | undefined {
  const index = standing.findLastIndex((version) => nominalStart(version) <= price.fromMs);
  const before = standing[index];
  const after = standing[index + 1];
  if (before === undefined) return planFirstPrice(after, price);
  const own = { ...price, knownFromMs: price.fromMs, restates: null };
  if (before.toMs <= price.fromMs) {
    const added = { ...own, toMs: after?.fromMs ?? Number.POSITIVE_INFINITY };
    return { supersede: [], insert: [added], added, previous: before };
  }
  if (samePrice(before.entry, price.entry)) return undefined;
  const replaces = nominalStart(before) === price.fromMs;
  const added = { ...own, fromMs: replaces ? before.fromMs : price.fromMs, toMs: before.toMs };
  const rest = replaces ? [] : [restate(before, { toMs: price.fromMs })];
  return { supersede: [before], insert: [...rest, added], added, previous: before };
}

function planFirstPrice(next: StandingVersion | undefined, price: NewPrice): SpanPlan | undefined {
  if (next !== undefined && samePrice(next.entry, price.entry)) return undefined;
  const nextStart = next ? nominalStart(next) : Number.POSITIVE_INFINITY;
  const added: NewVersion = {
    ...price,
    fromMs: Number.NEGATIVE_INFINITY,
    toMs: nextStart,
    knownFromMs: price.fromMs,
    restates: null,
  };
  // It reached back until now; where nothing but that is left of it, it is gone.
  const supersede = next?.fromMs === Number.NEGATIVE_INFINITY ? [next] : [];
  const rest = supersede
    .filter(({ toMs }) => toMs > nextStart)
    .map((version) => restate(version, { fromMs: nextStart }));
  return { supersede, insert: [added, ...rest], added, previous: undefined };
}

/**
 * States that `target`, one of the versions of its model, held already from `sinceMs` on: everything that was known for the
 * time between that and its start gives way to it.
 * @returns `undefined` where nothing lies between them
 */
export function planCorrection(
  standing: readonly StandingVersion[],
  target: StandingVersion,
  sinceMs: number,
): SpanPlan | undefined {
  if (sinceMs >= target.fromMs) return undefined;
  const overlapped = standing.filter(({ fromMs, toMs }) => fromMs < target.fromMs && toMs > sinceMs);
  const added: NewVersion = {
    modelKey: target.modelKey,
    fromMs: sinceMs,
    toMs: target.fromMs,
    knownFromMs: Number.isFinite(sinceMs) ? sinceMs : target.fromMs,
    entry: target.entry,
    origin: 'correction',
    edition: target.edition,
    restates: null,
  };
  const [first] = overlapped;
  const rest = first && first.fromMs < sinceMs ? [restate(first, { toMs: sinceMs })] : [];
  return { supersede: overlapped, insert: [...rest, added], added, previous: overlapped.at(-1) };
}

const restate = (version: StandingVersion, span: { fromMs?: number; toMs?: number }): NewVersion => {
  const { id: _, priceId, ...price } = version;
  return { ...price, ...span, restates: priceId };
};
