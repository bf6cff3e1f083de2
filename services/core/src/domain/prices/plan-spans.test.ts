import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planCorrection, planNewPrice, type SpanPlan } from './plan-spans.ts';
import type { StandingVersion } from './standing-versions.ts';

const day = (n: number) => n * 86_400_000;
const price = (rate: number, fromMs: number) => ({
  modelKey: 'm',
  fromMs,
  entry: { rates: { input_cost_per_token: String(rate) } },
  origin: 'import' as const,
  edition: '2026-08',
});

/** Versions as the database would hold them. */
function carryOut(standing: StandingVersion[], plan: SpanPlan | undefined, nextId: () => number): StandingVersion[] {
  if (!plan) return standing;
  const kept = standing.filter((version) => !plan.supersede.includes(version));
  const made = plan.insert.map((version): StandingVersion => {
    const id = nextId();
    return { ...version, id, priceId: version.restates ?? id };
  });
  return [...kept, ...made].sort((a, b) => a.fromMs - b.fromMs);
}

function history(...steps: [rate: number, day: number][]): StandingVersion[] {
  let id = 0;
  let standing: StandingVersion[] = [];
  for (const [rate, at] of steps) {
    standing = carryOut(standing, planNewPrice(standing, price(rate, day(at))), () => ++id);
  }
  return standing;
}

const rateOf = (version: StandingVersion | undefined) => Number(version?.entry.rates.input_cost_per_token);
const at = (standing: readonly StandingVersion[], ms: number) =>
  standing.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
const spans = (standing: readonly StandingVersion[]) =>
  standing.map((version) => [rateOf(version), version.fromMs / day(1), version.toMs / day(1)]);

const { NEGATIVE_INFINITY: EVER, POSITIVE_INFINITY: STILL } = Number;

describe('a new price', () => {
  it('reaches back to the beginning of time where it is the first', () => {
    expect(spans(history([1, 10]))).toEqual([[1, EVER, STILL]]);
  });

  it('ends the one before, which stays the same price', () => {
    const standing = history([1, 10], [2, 20]);
    expect(spans(standing)).toEqual([
      [1, EVER, 20],
      [2, 20, STILL],
    ]);
    expect(standing.map(({ id, priceId }) => id === priceId)).toEqual([false, true]);
    expect(standing[0]?.priceId).toBe(1);
  });

  it('holds only until the next later one where it is put between two', () => {
    expect(spans(history([1, 10], [3, 30], [2, 20]))).toEqual([
      [1, EVER, 20],
      [2, 20, 30],
      [3, 30, STILL],
    ]);
  });

  it('goes before the first where it is older, which then begins when it was said to', () => {
    expect(spans(history([2, 20], [1, 10]))).toEqual([
      [1, EVER, 20],
      [2, 20, STILL],
    ]);
  });

  it('takes the place of one that began at the same time', () => {
    expect(spans(history([1, 10], [2, 20], [3, 20]))).toEqual([
      [1, EVER, 20],
      [3, 20, STILL],
    ]);
    expect(spans(history([1, 10], [2, 10]))).toEqual([[2, EVER, STILL]]);
  });

  it('makes nothing where it is what is known', () => {
    expect(planNewPrice(history([1, 10]), price(1, day(20)))).toBeUndefined();
    expect(planNewPrice(history([1, 10]), price(1, day(5)))).toBeUndefined();
    expect(planNewPrice(history([1, 10], [2, 20]), price(1, day(15)))).toBeUndefined();
  });
});

describe('a correction', () => {
  const correct = (standing: StandingVersion[], index: number, since: number) => {
    let id = 100;
    const target = standing[index];
    return target ? carryOut(standing, planCorrection(standing, target, since), () => ++id) : [];
  };

  it('takes the time since then from what was known for it', () => {
    expect(spans(correct(history([1, 10], [2, 20], [3, 30]), 2, day(15)))).toEqual([
      [1, EVER, 15],
      [3, 15, 30],
      [3, 30, STILL],
    ]);
  });

  it('can reach back to the beginning of time', () => {
    expect(spans(correct(history([1, 10], [2, 20]), 1, EVER))).toEqual([
      [2, EVER, 20],
      [2, 20, STILL],
    ]);
  });

  it('is none where there is no time between', () => {
    const standing = history([1, 10], [2, 20]);
    for (const since of [day(20), day(21)])
      expect(planCorrection(standing, standing[1] as StandingVersion, since)).toBeUndefined();
    expect(planCorrection(standing, standing[0] as StandingVersion, EVER)).toBeUndefined();
  });
});

it('leaves one price for every moment, and the new one from its time on, whatever comes in which order', () => {
  const step = fc.record({
    rate: fc.integer({ min: 1, max: 4 }),
    at: fc.integer({ min: 1, max: 12 }),
    corrects: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      let id = 0;
      let standing: StandingVersion[] = [];
      for (const { rate, at: when, corrects } of steps) {
        const target = corrects ? standing.at(-1) : undefined;
        const plan = target
          ? planCorrection(standing, target, day(when))
          : planNewPrice(standing, price(rate, day(when)));
        standing = carryOut(standing, plan, () => ++id);
        const expected = target && plan ? rateOf(target) : target ? undefined : rate;
        if (expected !== undefined) expect(rateOf(at(standing, day(when)))).toBe(expected);
      }
      expect(standing[0]?.fromMs).toBe(EVER);
      expect(standing.at(-1)?.toMs).toBe(STILL);
      for (const [i, version] of standing.entries()) {
        expect(version.fromMs).toBeLessThan(version.toMs);
        if (i > 0) expect(version.fromMs).toBe(standing[i - 1]?.toMs);
      }
    }),
    { numRuns: 2_000 },
  );
});
