import type { RealizedChange } from '../../contract/realized.ts';
import { type DayFigures, type Group, PICO_PER_USD } from './figures.ts';
import { isSameFamily } from './look-at-calls.ts';
import {
  deviationsFor95,
  driftOf,
  type Observed,
  type Ratio,
  ratioOfMeans,
  UNMOVED,
  variancePerCall,
} from './ratio.ts';
import { type Warmth, warmthOf } from './warmth.ts';

/** What is not known for sure, and enters every figure. */
export interface Parameters {
  input: Ratio;
  output: Ratio;
  /** Of all costs: calls for the same work, before over after. */
  calls: Ratio;
  /** Of the calls that could change, the share that was changed before. */
  share: { value: number; variance: number; variancePerCall: number };
  /** Variance of what one call would have cost the old way, in USD²: the same work would not have come out the same twice. */
  chancePerCall: number;
  warmth: Warmth;
  /** Standard deviations on either side of a figure. */
  deviations: number;
}

/** Where a change does not move calls from one side to another, all of them are on one side all the time. */
export const movesCalls = ({ kind }: RealizedChange): boolean => kind === 'model' || kind === 'tier';

export const oldSide = (change: RealizedChange, day: DayFigures): Group => (movesCalls(change) ? day.old : day.new);

/** Other models write, and count, up to about half more or less. */
const USUAL_OF_MODELS = 0.3;
/**
 * Instructions are rewritten in steps: one that comes together with another model cannot be told from another way of
 * counting. Deviation of the logarithm.
 */
const STEPS_OF_PROMPTS = 0.03;
/** What is asked for on purpose moves further. */
const USUAL_ON_PURPOSE = 1;

/**
 * @param baseline the days before the acceptance
 * @param unchanged those before the change showed, of which calls that have not moved are as before, too
 * @param seen those since
 */
export function estimateParameters(
  change: RealizedChange,
  baseline: readonly DayFigures[],
  unchanged: readonly DayFigures[],
  seen: readonly DayFigures[],
): Parameters {
  // Nearer to the change than the baseline: what is asked drifts. Without sides they may be half changed already.
  const before = (movesCalls(change) ? [...baseline, ...unchanged] : baseline).map((day) => oldSide(change, day));
  const after = seen.map((day) => day.new);
  const measure = (usual: number, amount: (group: Group) => number) =>
    ratioOfMeans(observe(before, amount), observe(after, amount), usual);
  const input = (usual: number) => measure(usual, ({ tokens }) => tokens.input);
  const output = (usual: number) => measure(usual, ({ tokens }) => tokens.output);
  const parameters: Parameters = {
    input: UNMOVED,
    output: UNMOVED,
    calls: UNMOVED,
    share: { value: 0, variance: 0, variancePerCall: 0 },
    chancePerCall: 0,
    warmth: warmthOf(change, [...baseline, ...unchanged], seen),
    deviations: deviationsFor95(before.filter(({ calls }) => calls > 0).length),
  };
  if (movesCalls(change)) parameters.share = shareBefore(baseline);
  switch (change.kind) {
    case 'model':
      // One provider's models count a prompt alike; what they answer, and how much they think about it, differs.
      if (!isSameFamily(change)) {
        const measured = input(USUAL_OF_MODELS);
        parameters.input = { ...measured, variance: Math.max(measured.variance, STEPS_OF_PROMPTS ** 2) };
      }
      parameters.output = output(USUAL_OF_MODELS);
      break;
    case 'tokens':
      parameters[change.side] = change.side === 'input' ? input(USUAL_ON_PURPOSE) : output(USUAL_ON_PURPOSE);
      break;
    case 'calls':
      // Calls that fail, or repeat a short request, cost less than others: what is wasted is measured in money.
      parameters.calls = ratioOfMeans(before.map(wasted), after.map(wasted), USUAL_ON_PURPOSE, 7);
      break;
  }
  return { ...parameters, chancePerCall: chancePerCall(change, before, after, parameters) };
}

const observe = (groups: readonly Group[], amount: (group: Group) => number): Observed[] =>
  groups.map((group) => ({ amount: amount(group), calls: group.units }));

const wasted = ({ cost, otherwise }: Group): Observed => ({ amount: Number(cost), calls: Number(otherwise.other) });

function shareBefore(baseline: readonly DayFigures[]): Parameters['share'] {
  const observed = baseline.map((day) => ({ amount: day.new.calls, calls: day.new.calls + day.old.calls }));
  const calls = observed.reduce((sum, day) => sum + day.calls, 0);
  const value = observed.reduce((sum, day) => sum + day.amount, 0) / Math.max(1, calls);
  const perCall = variancePerCall(observed);
  const drift = value > 0 ? driftOf(observed) * value ** 2 : 0;
  return { value, variance: perCall / Math.max(1, calls) + drift, variancePerCall: perCall };
}

/**
 * What single calls cost varies, and those of the old way would have been others: with other answers, which go into the next
 * prompts, and other luck with the cache. What was measured of the time before has this once, in what would have been; what
 * was taken from the calls themselves has it twice, in what was as well.
 * @returns variance in USD²
 */
function chancePerCall(
  change: RealizedChange,
  before: readonly Group[],
  after: readonly Group[],
  { input, output }: Parameters,
): number {
  switch (change.kind) {
    case 'tier':
      // The same model gives the same answer.
      return 0;
    case 'calls':
      // The work is the same, and what was wasted is measured.
      return 0;
    case 'tokens':
      // The same prompts, or the same answers, are left as they are.
      return change.side === 'input'
        ? Math.max(varianceOf(before, 1, 0), varianceOf(after, input.value, 0))
        : Math.max(varianceOf(before, 0, 1), varianceOf(after, 0, output.value));
    default: {
      const weight = (ratio: Ratio) => (ratio === UNMOVED ? Math.SQRT2 : 1);
      const [ofInput, ofOutput] = [weight(input), weight(output)];
      return Math.max(
        varianceOf(before, ofInput, ofOutput),
        varianceOf(after, ofInput * input.value, ofOutput * output.value),
      );
    }
  }
}

/** Of what a call costs, in USD², where its prompt and its answer count so much. */
function varianceOf(groups: readonly Group[], ofInput: number, ofOutput: number): number {
  const sum = (of: (group: Group) => number) => groups.reduce((total, group) => total + of(group), 0);
  const calls = sum((group) => group.calls);
  if (calls < 2) return 0;
  const usd = (amount: bigint) => Number(amount) / PICO_PER_USD;
  const spread = (squares: number, total: number) => Math.max(0, squares - total ** 2 / calls) / (calls - 1);
  const input = spread(
    sum(({ squares }) => squares.input),
    sum(({ otherwise }) => usd(otherwise.input)),
  );
  const output = spread(
    sum(({ squares }) => squares.output),
    sum(({ otherwise }) => usd(otherwise.output)),
  );
  const all = spread(
    sum(({ squares }) => squares.all),
    sum(({ otherwise }) => usd(otherwise.input + otherwise.output + otherwise.other)),
  );
  // Long prompts have long answers, or other things come with them: what is left of the whole.
  return Math.max(0, ofInput ** 2 * input + ofOutput ** 2 * output + ofInput * ofOutput * (all - input - output));
}
