import { describe, expect, it } from 'vitest';
import { deviationsFor95, driftOf, ratioOfMeans, UNMOVED, variancePerCall } from './ratio.ts';

const days = (...means: number[]) => means.map((mean) => ({ amount: mean * 100, calls: 100 }));
const alternating = (low: number, high: number, count: number) =>
  days(...Array.from({ length: count }, (_, i) => (i % 2 === 0 ? low : high)));

describe('a ratio of means', () => {
  it('is that of the calls, where days say it clearly', () => {
    const { value, variance } = ratioOfMeans(alternating(198, 202, 14), alternating(99, 101, 14), 1);
    expect(value).toBeCloseTo(2, 3);
    expect(Math.sqrt(variance)).toBeLessThan(0.01);
  });

  it('is drawn towards 1 as far as it may be chance', () => {
    const { value } = ratioOfMeans(alternating(50, 190, 4), alternating(20, 170, 4), 0.1);
    expect(value).toBeGreaterThan(1);
    expect(value).toBeLessThan(1.1);
  });

  it('is 1 where there is nothing to measure', () => {
    expect(ratioOfMeans([], days(100, 100), 1)).toBe(UNMOVED);
    expect(ratioOfMeans(days(100, 100), [{ amount: 0, calls: 0 }], 1)).toBe(UNMOVED);
  });

  it('is known the less, the more the time before has moved by itself', () => {
    const after = alternating(99, 101, 14);
    const steady = ratioOfMeans(alternating(99, 101, 14), after, 1);
    const moved = ratioOfMeans([...alternating(89, 91, 7), ...alternating(109, 111, 7)], after, 1);
    expect(moved.variance).toBeGreaterThan(20 * steady.variance);
  });
});

it('the variance of a call is that from day to day, without what moves slowly', () => {
  // Each of 100 calls: days differ by 20, so their means have a deviation of 20/√2, calls one of ten times that.
  expect(variancePerCall(alternating(90, 110, 20))).toBeCloseTo(20_000, 6);
  const rising = days(...Array.from({ length: 20 }, (_, i) => 100 + i));
  expect(variancePerCall(rising)).toBeCloseTo(50, 6);
  expect(driftOf(rising)).toBeGreaterThan(0.001);
  expect(driftOf(alternating(90, 110, 20))).toBe(0);
});

it.each([
  [3, 4.303],
  [14, 2.16],
  [29, 2.048],
  [10_000, 1.96],
])('of %d days so many deviations hold 95 %%, as in the table of t', (count, deviations) => {
  expect(Math.abs(deviationsFor95(count) - deviations) / deviations).toBeLessThan(0.06);
});
