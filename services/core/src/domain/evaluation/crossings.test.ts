import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetRule } from '../budgets/rules.ts';
import { crossingsOf, keyOfCrossing, runningPeriod } from './crossings.ts';

const rule = (given: Partial<BudgetRule> = {}): BudgetRule => ({
  id: 7,
  organizationId: 1,
  timeZone: 'UTC',
  name: 'b',
  conditions: {},
  projectIds: [11],
  measure: 'calls',
  amount: 100n,
  period: 'month',
  rollingHours: null,
  thresholds: [50, 80, 100],
  action: 'notify',
  unpriced: 'open',
  reservation: false,
  startsAt: null,
  scopeVersion: 1,
  ...given,
});

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Pacific/Apia',
];
const periods = ['day', 'week', 'month', 'quarter'] as const;
const instants = fc.integer({ min: Date.parse('2023-01-01'), max: Date.parse('2029-01-01') }).map((ms) => new Date(ms));

describe('the period under which a threshold is told', () => {
  it('has one name from its first moment to its last, and another one in the next, in every zone', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), fc.constantFrom(...periods), (now, timeZone, period) => {
        const at = (time: number) => runningPeriod(rule({ timeZone, period }), new Date(time));
        const running = at(now.getTime());
        if (!running) throw new Error('no period');
        const { start, end } = running.period;
        expect(start.getTime()).toBeLessThanOrEqual(now.getTime());
        expect(end.getTime()).toBeGreaterThan(now.getTime());
        expect(at(start.getTime())?.label).toBe(running.label);
        expect(at(end.getTime() - 1)?.label).toBe(running.label);
        expect(at(end.getTime())?.label).not.toBe(running.label);
        expect(at(end.getTime())?.period.start).toEqual(end);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its name when the zone is moved in the middle of it', () => {
    const middle = new Date('2026-02-14T12:00:00Z');
    const names = zones.map((timeZone) => runningPeriod(rule({ timeZone }), middle)?.label);
    expect(new Set(names)).toEqual(new Set(['2026-02-01']));
  });
});

describe('what is reached', () => {
  const spend = {
    calls: 80n,
    tokens: 0n,
    unpricedCalls: 0n,
    totalPicoUsd: 0n,
    reserved: 0n,
    filledFrom: Number.NEGATIVE_INFINITY,
  };
  const budget = (given: Partial<BudgetRule> = {}) => {
    const found = runningPeriod(rule(given), new Date('2026-02-14T12:00:00Z'));
    if (!found) throw new Error('no period');
    return found;
  };
  const thresholds = (given: Partial<BudgetRule>, calls: bigint, more = {}) =>
    crossingsOf(budget(given), { ...spend, calls, ...more }).map(({ threshold }) => threshold);

  it('is every threshold at or below the spend, to the call', () => {
    expect(thresholds({}, 49n)).toEqual([]);
    expect(thresholds({}, 50n)).toEqual([50]);
    expect(thresholds({}, 80n)).toEqual([50, 80]);
    expect(thresholds({}, 100n)).toEqual([50, 80, 100]);
  });

  it('is the whole amount of a budget that blocks, asked for or not', () => {
    expect(thresholds({ thresholds: [], action: 'block' }, 100n)).toEqual([100]);
    expect(thresholds({ thresholds: [] }, 100n)).toEqual([]);
  });

  it('is nothing before the spend is counted', () => {
    expect(thresholds({}, 100n, { filledFrom: null })).toEqual([]);
    expect(thresholds({}, 100n, { filledFrom: new Date('2026-02-10T00:00:00Z') })).toEqual([]);
  });

  it('is told under another key for another amount or other conditions', () => {
    const key = (given: Partial<BudgetRule>) => keyOfCrossing('budget_threshold', budget(given), 80);
    expect(key({})).toBe(key({ name: 'renamed', thresholds: [80] }));
    expect(new Set([key({}), key({ amount: 200n }), key({ scopeVersion: 2 }), key({ id: 8 })]).size).toBe(4);
  });
});
