import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, normalOf, Random } from './random.ts';

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: number[]) => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
};
const draw = <T>(count: number, next: () => T) => Array.from({ length: count }, next);

describe('Random', () => {
  it('is sfc32: the first numbers of a stream are those of the reference implementation', () => {
    const random = new Random(1, 2, 3);
    // PractRand's sfc32 seeded with (1, 2, 3), computed with 64-bit arithmetic masked to 32 bits.
    const mask = 0xffff_ffffn;
    let [a, b, c, counter] = [1n, 2n, 3n, 1n];
    const reference = () => {
      const result = (a + b + counter) & mask;
      counter = (counter + 1n) & mask;
      a = b ^ (b >> 9n);
      b = (c + ((c << 3n) & mask)) & mask;
      c = ((((c << 21n) & mask) | (c >> 11n)) + result) & mask;
      return Number(result);
    };
    draw(15, reference);
    expect(draw(1_000, () => random.bits())).toEqual(draw(1_000, reference));
  });

  it('repeats a stream for the same key and gives another for any other', () => {
    const first = (...[a, b, c]: [number, number, number]) => {
      const random = new Random(a, b, c);
      return draw(4, () => random.bits()).join();
    };
    expect(first(7, 8, 9)).toBe(first(7, 8, 9));
    expect(new Set([first(7, 8, 9), first(8, 8, 9), first(7, 9, 9), first(7, 8, 10)]).size).toBe(4);
  });

  it('draws uniform fractions and standard normal values', () => {
    const random = new Random(5, 0, 0);
    const fractions = draw(50_000, () => random.fraction());
    expect(mean(fractions)).toBeCloseTo(0.5, 2);
    expect(variance(fractions)).toBeCloseTo(1 / 12, 2);
    const normals = draw(50_000, () => random.normal());
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(variance(normals)).toBeCloseTo(1, 1);
  });

  it.each([0.2, 3, 29, 31, 3_000])('draws Poisson counts around %d with the same variance', (expected) => {
    const random = new Random(6, 0, 0);
    const counts = draw(40_000, () => random.poisson(expected));
    expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    expect(mean(counts) / expected).toBeCloseTo(1, 1);
    expect(variance(counts) / expected).toBeGreaterThan(0.95);
    expect(variance(counts) / expected).toBeLessThan(1.05);
  });

  it('draws sizes around their median, inside their bounds', () => {
    const random = new Random(7, 0, 0);
    const sizes = draw(20_001, () => random.spread({ median: 800, sigma: 0.9, min: 100, max: 5_000 })).sort(
      (a, b) => a - b,
    );
    expect((sizes[10_000] ?? 0) / 800).toBeCloseTo(1, 1);
    expect(sizes[0]).toBe(100);
    expect(sizes.at(-1)).toBe(5_000);
  });

  it('picks by weight', () => {
    const random = new Random(8, 0, 0);
    const picks = draw(30_000, () => random.pick([1, 1, 4]));
    expect(picks.filter((pick) => pick === 0).length / 30_000).toBeCloseTo(0.25, 2);
    expect(picks.includes(1)).toBe(false);
    expect(picks.filter((pick) => pick === 2).length / 30_000).toBeCloseTo(0.75, 2);
  });
});

describe('hashOf', () => {
  it('depends on each number and on their order', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (a, b, c) => {
        expect(hashOf(a, b, c)).toBe(hashOf(a, b, c));
        if (a !== b) expect(hashOf(a, b, c)).not.toBe(hashOf(b, a, c));
        expect(hashOf(a, b, c)).not.toBe(hashOf(a, b, c ^ 1));
      }),
    );
  });

  it('gives normal values that belong to their hash', () => {
    const values = Array.from({ length: 50_000 }, (_, index) => normalOf(hashOf(1, index)));
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(variance(values)).toBeCloseTo(1, 1);
  });
});
