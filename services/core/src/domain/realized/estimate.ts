import type { RealizedChange, RealizedState } from '../../contract/realized.ts';
import { adoptionOf, findChange } from './adoption.ts';
import { type DayFigures, PICO_PER_USD } from './figures.ts';
import { estimateParameters, movesCalls, oldSide, type Parameters } from './parameters.ts';
import { costOfWarmth } from './warmth.ts';

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
/**
 * What a change has saved since it shows in the traffic: what its calls would have cost the old way, less what they did cost.
 *
 * The calls are the real ones, so that a busier month is no loss. What the old way would have cost is priced call by call
 * (`look-at-calls.ts`); where it would have needed another number of tokens for the same work, that is estimated from the
 * mean before and after, and where part of the traffic had changed already, only what came on top counts. The
 * interval comes from `parameters.ts`.
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
  const unchanged = after.filter(({ day }) => day < seenOn);
  const parameters = estimateParameters(change, baseline, unchanged, seen);
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

/** How much a figure moves with each thing that is estimated. */
interface Sensitivity {
  input: number;
  output: number;
  calls: number;
  share: number;
  /** Calls whose old way is a matter of chance, and those of which a share had changed before. */
  chance: number;
  all: number;
}

function addUp(change: RealizedChange, days: readonly DayFigures[], parameters: Parameters): EstimatedDay[] {
  const sum: Sensitivity = { input: 0, output: 0, calls: 0, share: 0, chance: 0, all: 0 };
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

function dayOf(change: RealizedChange, figures: DayFigures, { input, output, calls, share, warmth }: Parameters) {
  const group = figures.new;
  // A call that is counted by itself alone was priced as it was: the old way is its own cost.
  const priced = change.kind === 'calls' ? { input: 0n, output: 0n, other: group.cost } : group.otherwise;
  const fromInput = times(priced.input, input.value);
  const fromOutput = times(priced.output, output.value);
  const whole = times(fromInput + fromOutput + priced.other, calls.value);
  // Of the changed calls, those that would not have been so anyway.
  const all = figures.new.calls + figures.old.calls;
  const extra = movesCalls(change) && group.calls > 0 ? 1 - (share.value * all) / group.calls : 1;
  const cached = costOfWarmth(warmth, figures, { moved: group.calls * extra, anyway: share.value * all });
  const cost = times(group.cost, extra) + cached.cost;
  const otherwise = times(whole, extra) + cached.otherwise;
  return {
    cost,
    otherwise,
    sensitivity: {
      input: Number(times(fromInput, calls.value * extra)),
      output: Number(times(fromOutput, calls.value * extra)),
      calls: Number(otherwise),
      share: movesCalls(change) && group.calls > 0 ? (Number(whole - group.cost) * all) / group.calls : 0,
      chance: group.calls,
      all,
    },
  };
}

const BILLION = 1_000_000_000n;

/** An estimated factor has no more than nine digits worth keeping; 1 leaves an amount as it is. */
const times = (amount: bigint, factor: number): bigint =>
  factor === 1 ? amount : (amount * BigInt(Math.round(factor * Number(BILLION)))) / BILLION;

function interval(saved: bigint, of: Sensitivity, parameters: Parameters): Pick<Saved, 'low' | 'high'> {
  const { input, output, calls, share, chancePerCall, deviations } = parameters;
  const variance =
    of.input ** 2 * input.variance +
    of.output ** 2 * output.variance +
    of.calls ** 2 * (calls.variance + calls.chance) +
    of.share ** 2 * (share.variance + share.variancePerCall / Math.max(1, of.all)) +
    of.chance * chancePerCall * PICO_PER_USD ** 2;
  const half = BigInt(Math.round(deviations * Math.sqrt(variance)));
  return { low: saved - half, high: saved + half };
}
