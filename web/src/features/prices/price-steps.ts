import type { PriceHistory, PriceOverride } from '@tokengrip/core/contract/prices';

const DAY_MS = 86_400_000;
/** A price that never changed is shown over this long. */
const SHORTEST_MS = 30 * DAY_MS;
/** Part of the time between first and last change that is shown before and after them. */
const MARGIN = 0.08;

/** What one unit costs the organization for a span of time, as far as is known now. */
export interface PriceStep {
  /** Inclusive, milliseconds since 1970; `-Infinity`: since ever. */
  from: number;
  /** Exclusive; `Infinity`: until further notice. */
  to: number;
  rates: Readonly<Record<string, string>>;
  /** The organization's own price has a part in it. */
  own: boolean;
}

const parsed = (instant: string | null, otherwise: number) => (instant === null ? otherwise : Date.parse(instant));

interface Span<T> {
  from: number;
  to: number;
  value: T;
}

const spanOf = <T extends { effectiveFrom: string | null; effectiveTo: string | null }>(value: T): Span<T> => ({
  from: parsed(value.effectiveFrom, Number.NEGATIVE_INFINITY),
  to: parsed(value.effectiveTo, Number.POSITIVE_INFINITY),
  value,
});

/** Of several the one that begins latest counts. */
const at = <T>(spans: readonly Span<T>[], instant: number): T | undefined =>
  spans.filter(({ from, to }) => from <= instant && instant < to).sort((a, b) => b.from - a.from)[0]?.value;

/** The course of a model's price: the list's versions as known now, with the organization's overrides laid over them. */
export function priceSteps({ versions, overrides }: Pick<PriceHistory, 'versions' | 'overrides'>): PriceStep[] {
  const listed = versions.filter(({ supersededAt }) => supersededAt === null).map(spanOf);
  const own = overrides.map(spanOf);
  const starts = [...new Set([...listed, ...own].flatMap(({ from, to }) => [from, to]))]
    .filter((instant) => instant !== Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b);
  const steps: PriceStep[] = [];
  for (const [index, from] of starts.entries()) {
    const override: PriceOverride | undefined = at(own, from);
    const list = override?.kind === 'replacement' ? {} : (at(listed, from)?.entry.rates ?? {});
    const step = {
      from,
      to: starts[index + 1] ?? Number.POSITIVE_INFINITY,
      rates: { ...list, ...override?.rates },
      own: override !== undefined,
    };
    const last = steps.at(-1);
    if (last && last.own === step.own && sameRates(last.rates, step.rates)) last.to = step.to;
    else steps.push(step);
  }
  return steps;
}

function sameRates(a: PriceStep['rates'], b: PriceStep['rates']): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}

/** The stretch of time that shows all changes of the price, and now. */
export function shownSpan(
  { versions }: Pick<PriceHistory, 'versions'>,
  steps: readonly PriceStep[],
  now: number,
): { from: number; to: number } {
  const known = versions.map(({ knownFrom }) => Date.parse(knownFrom)).filter(Number.isFinite);
  const changes = steps.map(({ from }) => from).filter(Number.isFinite);
  const first = Math.min(...changes, ...known, now - SHORTEST_MS);
  const last = Math.max(...changes, now);
  const margin = (last - first) * MARGIN;
  // A change of today has its new value in sight, too.
  const latest = Math.max(...changes, first);
  return { from: first - margin, to: Math.max(now, latest + margin) };
}

/** The rates that a chart has room for: those per token that most models have, else the first ones of one unit. */
const CHARTED: readonly { name: string; colour: string }[] = [
  { name: 'output_cost_per_token', colour: 'var(--series-1)' },
  { name: 'input_cost_per_token', colour: 'var(--series-7)' },
  { name: 'cache_creation_input_token_cost', colour: 'var(--series-5)' },
  { name: 'cache_read_input_token_cost', colour: 'var(--series-3)' },
];

export function chartedRates(
  steps: readonly PriceStep[],
  unitOf: (name: string) => string | undefined,
): { name: string; colour: string }[] {
  const names = new Set(steps.flatMap(({ rates }) => Object.keys(rates)));
  const usual = CHARTED.filter(({ name }) => names.has(name));
  if (usual.length > 0) return usual;
  const [first] = names;
  if (first === undefined) return [];
  const ofOneUnit = [...names].filter((name) => unitOf(name) === unitOf(first));
  return ofOneUnit.slice(0, CHARTED.length).map((name, index) => ({ name, colour: CHARTED[index]?.colour ?? '' }));
}
