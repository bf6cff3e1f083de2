import { describe, expect, it } from 'vitest';
import { Random } from '../../sample/random.ts';
import { judge } from './judge.ts';

const HOURS = 7 * 7 * 24;
const shape = (i: number) => (i % 24 >= 7 && i % 24 < 19 ? 10 : 1) * (Math.floor(i / 24) % 7 < 5 ? 1 : 0.3);
const noisy = (seed: number, i: number) => shape(i) * (0.8 + 0.4 * new Random(seed, 1, i).fraction());
const history = (seed: number, hours = HOURS) => Array.from({ length: hours }, (_, i) => noisy(seed, i));
/** Of the window that follows, by a factor. */
const windowAfter = (hours: number, factor: number) => factor * (shape(hours) + shape(hours + 1));

describe('judging a window', () => {
  // Ten o'clock on a Monday, and of a Sunday night.
  const monday = HOURS + 10 - 7 * 24;
  const night = HOURS - 24 + 2 - 7 * 24;

  it.each([
    ['by day', monday],
    ['by night', night],
  ])('finds three times the usual %s, and not what the hour has anyway', (_, hours) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const past = history(seed, hours);
      const judged = (factor: number) => judge({ current: windowAfter(hours, factor), windowHours: 2, history: past });
      expect(judged(1.3)?.isAnomaly, `seed ${seed}`).toBe(false);
      if (hours === monday) expect(judged(3)?.isAnomaly, `seed ${seed}`).toBe(true);
      expect(judged(1)?.usual).toBeGreaterThan(0.8 * windowAfter(hours, 1));
      expect(judged(1)?.usual).toBeLessThan(1.2 * windowAfter(hours, 1));
    }
  });

  it('is silent about what is too new to have a usual', () => {
    expect(judge({ current: 1_000, windowHours: 2, history: history(1, 13 * 24) })).toBeUndefined();
    const late = [...new Array<number>(30 * 24).fill(0), ...history(1, 10 * 24)];
    expect(judge({ current: 1_000, windowHours: 2, history: late })).toBeUndefined();
  });

  it('takes bursts for usual where there were always bursts', () => {
    const bursts = history(1, monday).map((value, i) => value / 10 + (new Random(3, 2, i).fraction() < 0.04 ? 30 : 0));
    expect(judge({ current: 33, windowHours: 2, history: bursts })?.isAnomaly).toBe(false);
    expect(
      judge({ current: 33, windowHours: 2, history: history(1, monday).map((value) => value / 10) })?.isAnomaly,
    ).toBe(true);
  });

  it('asks for more of a rise where it is a few calls that cost more', () => {
    const past = history(1, monday);
    const calls = past.map(() => 2);
    const firstFound = (current: number) =>
      Array.from({ length: 60 }, (_, i) => 1.7 + i / 20).find(
        (factor) =>
          judge({
            current: windowAfter(monday, factor),
            windowHours: 2,
            history: past,
            calls: { current, history: calls },
          })?.isAnomaly,
      );
    expect(firstFound(60)).toBeLessThan(firstFound(10) ?? 0);
  });

  it('gets used to a lasting rise within a week', () => {
    const risen = history(1, monday).map((value, i) => (i >= monday - 6 * 24 ? value * 2.5 : value));
    expect(judge({ current: windowAfter(monday, 2.5), windowHours: 2, history: risen })?.isAnomaly).toBe(false);
  });

  it('is not led astray by an incident of the past', () => {
    const past = history(1, monday);
    const clean = judge({ current: windowAfter(monday, 3), windowHours: 2, history: past });
    for (const i of [monday - 7 * 24, monday - 7 * 24 + 1]) past[i] = (past[i] ?? 0) * 5;
    const after = judge({ current: windowAfter(monday, 3), windowHours: 2, history: past });
    expect(after?.isAnomaly).toBe(true);
    expect(after?.usual).toBeCloseTo(clean?.usual ?? 0, -1);
  });
});
