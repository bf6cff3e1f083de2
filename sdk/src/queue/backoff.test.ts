import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles the longest wait from failure to failure up to half a minute', () => {
  const longest = [1, 2, 3, 4, 8, 20].map((failures) => backoffMs(failures, 0.999_999));
  expect(longest).toEqual([250, 500, 1_000, 2_000, 30_000, 30_000]);
});

it('spreads waits over the whole range, from nothing', () => {
  expect(backoffMs(5, 0)).toBe(0);
  expect(backoffMs(5, 0.5)).toBe(2_000);
});
