import type { RealizedChange, RealizedState } from '../../contract/realized.ts';
import { adoptionOf, findChange } from './adoption.ts';
import type { DayFigures, Group } from './figures.ts';
import { isSameFamily } from './look-at-calls.ts';
import { type Ratio, ratioOfMeans, significant } from './ratio.ts';

/** Pico-USD. */
export interface Saved {
  cost: bigint;
  otherwise: bigint;
  saved: bigint;
  low: bigint;
  high: bigint;
}

interface EstimatedDay extends Saved {
  day: string;
  calls: number;
  adoption: number | null;
  cumulative: Pick<Saved, 'saved' | 'low' | 'high'>;
}

export interface Estimate {
  state: RealizedState;
  seenOn: string | null;
  inputFactor: number;
  outputFactor: number;
  adoptionBefore: number | null;
  calls: number;
  unpricedCalls: number;
  totals: Saved;
  days: EstimatedDay[];
}

const MIN_BASELINE = { calls: 30, days: 3 };
const CONFIDENCE_95 = 1.96;
const EXACT: Ratio = { value: 1, variance: 0 };

/** What is not known for sure, and enters every figure. */
interface Parameters {
  input: Ratio;
  output: Ratio;
  /** Of all costs: calls for the same work, before over after. */
  calls: Ratio;
  /** Of the calls that could change, the share that was changed before; with its variance. */
  share: { value: number; variance: number };
}

/**
 * What a change has saved since it shows in the traffic: what its calls would have cost the old way, less what they did cost.
 *
 * The calls are the real ones, so that a busier month is no loss. What the old way would have cost is priced call by call
 * (`look-at-calls.ts`); where it would have needed another number of tokens for the same work, that is estimated from the
 * mean before and after, and where part of the traffic had changed already, only what came on top counts. What is estimated
 * has a variance from day to day, and from it comes the interval.
 * @param after complete days since the acceptance, in order
 */
export function estimateSavings(
  change: RealizedChange,
  baseline: readonly DayFigures[],
  after: readonly DayFigures[],
): Estimate {
  const nothing: Estimate = {
    state: 'no_baseline',
    seenOn: null,
    inputFactor: 1,
    outputFactor: 1,
    adoptionBefore: null,
    calls: 0,
    unpricedCalls: 0,
    totals: { cost: 0n, otherwise: 0n, saved: 0n, low: 0n, high: 0n },
    days: [],
  };
  const before = baseline.filter((day) => oldSide(change, day).calls > 0);
  const calls = before.reduce((sum, day) => sum + oldSide(change, day).calls, 0);
  if (before.length < MIN_BASELINE.days || calls < MIN_BASELINE.calls) return nothing;
  const adoptionBefore = adoptionOf(change, baseline);
  const seenOn = findChange(change, baseline, after) ?? null;
  if (seenOn === null) return { ...nothing, state: 'not_yet_seen', adoptionBefore };
  const seen = after.filter(({ day }) => day >= seenOn);
  const parameters = estimateParameters(change, baseline, seen);
  const days = addUp(change, seen, parameters);
  return {
    state: 'following',
    seenOn,
    inputFactor: parameters.input.value,
    outputFactor: parameters.output.value,
    adoptionBefore,
    calls: days.reduce((sum, day) => sum + day.calls, 0),
    unpricedCalls: seen.reduce((sum, day) => sum + day.new.unpricedCalls, 0),
    days,
    totals: {
      cost: days.reduce((sum, day) => sum + day.cost, 0n),
      otherwise: days.reduce((sum, day) => sum + day.otherwise, 0n),
      ...(days.at(-1)?.cumulative ?? { saved: 0n, low: 0n, high: 0n }),
    },
  };
}

/** Where a change does not move calls from one side to another, all of them are on one side all the time. */
const movesCalls = ({ kind }: RealizedChange): boolean => kind === 'model' || kind === 'tier';
const oldSide = (change: RealizedChange, day: DayFigures): Group => (movesCalls(change) ? day.old : day.new);

function estimateParameters(
  change: RealizedChange,
  baseline: readonly DayFigures[],
  seen: readonly DayFigures[],
): Parameters {
  const measure = (amount: (group: Group) => number, per: 'calls' | 'units' = 'calls') =>
    ratioOfMeans(
      baseline.map((day) => oldSide(change, day)).map((group) => ({ amount: amount(group), calls: group[per] })),
      seen.map(({ new: group }) => ({ amount: amount(group), calls: group[per] })),
    );
  const input = () => measure(({ tokens }) => tokens.input);
  const output = () => measure(({ tokens }) => tokens.output);
  const parameters: Parameters = { input: EXACT, output: EXACT, calls: EXACT, share: { value: 0, variance: 0 } };
  switch (change.kind) {
    case 'model':
      parameters.share = shareBefore(baseline);
      // One provider's models count a prompt alike; what they answer, and how much they think about it, differs.
      if (!isSameFamily(change)) parameters.input = significant(input(), 2, 0.02);
      parameters.output = significant(output(), 2, 0.05);
      return parameters;
    case 'tier':
      parameters.share = shareBefore(baseline);
      return parameters;
    case 'caching':
      return parameters;
    case 'tokens':
      parameters[change.side] = change.side === 'input' ? input() : output();
      return parameters;
    case 'calls':
      parameters.calls = measure(({ calls }) => calls, 'units');
      return parameters;
  }
}

function shareBefore(baseline: readonly DayFigures[]): Parameters['share'] {
  const all = baseline.reduce((sum, day) => sum + day.old.calls + day.new.calls, 0);
  const value = baseline.reduce((sum, day) => sum + day.new.calls, 0) / Math.max(1, all);
  const squares = baseline.reduce(
    (sum, day) => sum + (day.new.calls - value * (day.old.calls + day.new.calls)) ** 2,
    0,
  );
  const count = Math.max(2, baseline.length);
  return { value, variance: (squares * count) / (count - 1) / Math.max(1, all) ** 2 };
}

/** How much a figure moves with each thing that is estimated. */
interface Sensitivity {
  input: number;
  output: number;
  calls: number;
  share: number;
}

function addUp(change: RealizedChange, days: readonly DayFigures[], parameters: Parameters): EstimatedDay[] {
  const sum: Sensitivity = { input: 0, output: 0, calls: 0, share: 0 };
  let cumulative = 0n;
  return days.map((figures) => {
    const { cost, otherwise, sensitivity } = dayOf(change, figures, parameters);
    for (const name of Object.keys(sum) as (keyof Sensitivity)[]) sum[name] += sensitivity[name];
    const saved = otherwise - cost;
    cumulative += saved;
    return {
      day: figures.day,
      calls: figures.new.calls,
      adoption: adoptionOf(change, [figures]),
      cost,
      otherwise,
      saved,
      ...interval(saved, sensitivity, parameters),
      cumulative: { saved: cumulative, ...interval(cumulative, sum, parameters) },
    };
  });
}

function dayOf(change: RealizedChange, figures: DayFigures, { input, output, calls, share }: Parameters) {
  const group = figures.new;
  // A call that is counted by itself alone was priced as it was: the old way is its own cost.
  const priced = change.kind === 'calls' ? { input: 0n, output: 0n, other: group.cost } : group.otherwise;
  const fromInput = times(priced.input, input.value);
  const fromOutput = times(priced.output, output.value);
  const whole = times(fromInput + fromOutput + priced.other, calls.value);
  // Of the changed calls, those that would not have been so anyway.
  const all = figures.new.calls + figures.old.calls;
  const extra = movesCalls(change) && group.calls > 0 ? 1 - (share.value * all) / group.calls : 1;
  const cost = times(group.cost, extra);
  const otherwise = times(whole, extra);
  return {
    cost,
    otherwise,
    sensitivity: {
      input: Number(times(fromInput, calls.value * extra)),
      output: Number(times(fromOutput, calls.value * extra)),
      calls: Number(otherwise),
      share: movesCalls(change) && group.calls > 0 ? (Number(whole - group.cost) * all) / group.calls : 0,
    },
  };
}

const BILLION = 1_000_000_000n;

/** An estimated factor has no more than nine digits worth keeping; 1 leaves an amount as it is. */
const times = (amount: bigint, factor: number): bigint =>
  factor === 1 ? amount : (amount * BigInt(Math.round(factor * Number(BILLION)))) / BILLION;

function interval(saved: bigint, sensitivity: Sensitivity, parameters: Parameters): Pick<Saved, 'low' | 'high'> {
  const variance = (Object.keys(sensitivity) as (keyof Sensitivity)[]).reduce(
    (sum, name) => sum + sensitivity[name] ** 2 * parameters[name].variance,
    0,
  );
  const half = BigInt(Math.round(CONFIDENCE_95 * Math.sqrt(variance)));
  return { low: saved - half, high: saved + half };
}
