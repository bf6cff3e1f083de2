import { expect, it } from 'vitest';
import type { RealizedChange } from '../../contract/realized.ts';
import { type DayFigures, noFigures } from './figures.ts';
import { costOfWarmth, warmthOf } from './warmth.ts';

const CHANGE: RealizedChange = {
  kind: 'model',
  from: { provider: 'openai', model: 'gpt-5.4' },
  to: { provider: 'openai', model: 'gpt-5.4-mini' },
};

/** A reading call of the new model would have paid 20 more the old way without the cache, and costs a quarter of it. */
function day(old: { calls: number; hits: number }, changed: { calls: number; hits: number }): DayFigures {
  const figures = noFigures('2026-05-01');
  Object.assign(figures.old, old);
  Object.assign(figures.new, changed, {
    readGain: BigInt(changed.hits * 20),
    cost: BigInt(changed.calls * 25),
    otherwise: { input: BigInt(changed.calls * 100), output: 0n, other: 0n },
  });
  return figures;
}

it('where a part stays, its colder cache is a cost, and a cache that was cold anyway a cost of the old way', () => {
  const seen = day({ calls: 1_000, hits: 200 }, { calls: 9_000, hits: 7_200 });
  const warmth = warmthOf(CHANGE, [day({ calls: 7_500, hits: 5_250 }, { calls: 2_500, hits: 1_250 })], [seen]);
  expect(warmth.gain).toBe(20);
  // Of the moved 6,500 a tenth more reads than before, of 2,500 three tenths, and of the 1,000 that are left a half fewer.
  expect(costOfWarmth(warmth, seen, { moved: 6_500, anyway: 2_500 })).toEqual({
    otherwise: BigInt(6_500 * 0.1 * 20 + 2_500 * 0.3 * 20 * 0.25),
    cost: BigInt(1_000 * 0.5 * 20),
  });
});

it('where all have moved, or to another provider, nothing', () => {
  const before = day({ calls: 10_000, hits: 5_000 }, { calls: 0, hits: 0 });
  const seen = day({ calls: 0, hits: 0 }, { calls: 10_000, hits: 8_000 });
  const nothing = { otherwise: 0n, cost: 0n };
  expect(costOfWarmth(warmthOf(CHANGE, [before], [seen]), seen, { moved: 10_000, anyway: 0 })).toEqual(nothing);
  const elsewhere: RealizedChange = { ...CHANGE, to: { provider: 'anthropic', model: 'claude-haiku-4-5' } };
  const partly = day({ calls: 5_000, hits: 100 }, { calls: 5_000, hits: 4_000 });
  expect(costOfWarmth(warmthOf(elsewhere, [before], [partly]), partly, { moved: 5_000, anyway: 0 })).toEqual(nothing);
});

it('where nobody counted before who reads from the cache, nothing', () => {
  const before = day({ calls: 7_500, hits: 0 }, { calls: 2_500, hits: 0 });
  const seen = day({ calls: 1_000, hits: 200 }, { calls: 9_000, hits: 7_200 });
  const warmth = warmthOf(CHANGE, [before], [seen]);
  expect(costOfWarmth(warmth, seen, { moved: 6_500, anyway: 2_500 })).toEqual({ otherwise: 0n, cost: 0n });
});
