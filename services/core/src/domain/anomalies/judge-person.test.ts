import { describe, expect, it } from 'vitest';
import { judgePerson } from './judge-person.ts';

const SERIES = { ownDays: [20, 10, 8, 5], largestDays: [900, 800, 40, 30], knownDays: 40 };
const isAnomaly = (current: number, given: Partial<typeof SERIES> = {}) =>
  judgePerson({ ...SERIES, ...given, current })?.isAnomaly;

describe('judging a person’s hours', () => {
  it('finds more than anybody’s dearest day, and lets past incidents be', () => {
    expect(isAnomaly(49)).toBe(true);
    expect(isAnomaly(47)).toBe(false);
  });

  it('lets somebody who always spends most spend three of their own days', () => {
    const heavy = { ownDays: [60, 50, 40], largestDays: [60, 50, 40] };
    expect(isAnomaly(149, heavy)).toBe(false);
    expect(isAnomaly(151, heavy)).toBe(true);
  });

  it('judges whoever is new by the others', () => {
    expect(isAnomaly(49, { ownDays: [] })).toBe(true);
    expect(isAnomaly(40, { ownDays: [] })).toBe(false);
  });

  it('is silent while little is known, and where nobody ever spent anything', () => {
    expect(isAnomaly(1_000, { knownDays: 13 })).toBeUndefined();
    expect(isAnomaly(1_000, { ownDays: [], largestDays: [] })).toBe(false);
  });
});
