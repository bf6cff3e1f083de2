import { describe, expect, it } from 'vitest';
import { HOUR } from '../../clock.ts';
import { countedSpan, lastPeriods, type PeriodRule, periodAt } from './periods.ts';

const rule = (
  period: PeriodRule['period'],
  timeZone = 'Europe/Berlin',
  rollingHours: number | null = null,
): PeriodRule => ({
  period,
  timeZone,
  rollingHours,
});
const at = (given: PeriodRule, time: string) => {
  const { start, end } = periodAt(given, new Date(time));
  return [start.toISOString().slice(0, 16), end.toISOString().slice(0, 16)];
};

describe('the period of a budget', () => {
  it.each<[string, PeriodRule, string, string, string]>([
    ['a day', rule('day'), '2026-08-01T21:59:59Z', '2026-07-31T22:00', '2026-08-01T22:00'],
    ['the day of 23 hours', rule('day'), '2026-03-29T12:00:00Z', '2026-03-28T23:00', '2026-03-29T22:00'],
    ['the day of 25 hours', rule('day'), '2026-10-25T12:00:00Z', '2026-10-24T22:00', '2026-10-25T23:00'],
    ['a week from Monday', rule('week'), '2026-08-02T12:00:00Z', '2026-07-26T22:00', '2026-08-02T22:00'],
    ['a week over a change of clocks', rule('week'), '2026-03-25T12:00:00Z', '2026-03-22T23:00', '2026-03-29T22:00'],
    ['a month over a change of clocks', rule('month'), '2026-03-15T12:00:00Z', '2026-02-28T23:00', '2026-03-31T22:00'],
    ['a quarter', rule('quarter'), '2026-12-31T22:59:59Z', '2026-09-30T22:00', '2026-12-31T23:00'],
    ['a day in Nepal', rule('day', 'Asia/Kathmandu'), '2026-08-01T18:20:00Z', '2026-08-01T18:15', '2026-08-02T18:15'],
    [
      'a day that begins at one o’clock',
      rule('day', 'America/Santiago'),
      '2026-09-06T12:00:00Z',
      '2026-09-06T04:00',
      '2026-09-07T03:00',
    ],
    [
      'the last two hours, in quarters',
      rule('rolling', 'UTC', 2),
      '2026-08-01T12:07:00Z',
      '2026-08-01T10:00',
      '2026-08-01T12:15',
    ],
  ])('is %s', (_name, given, time, start, end) => {
    expect(at(given, time)).toEqual([start, end]);
  });

  it.each(['day', 'week', 'month', 'quarter'] as const)('follows the one before without a gap: %s', (period) => {
    const spans = lastPeriods(rule(period, 'America/Santiago'), new Date('2026-12-01T00:00:00Z'), 200);
    for (const [i, { start }] of spans.entries()) expect(spans[i + 1]?.end ?? start).toEqual(start);
    for (const { start, end } of spans) expect(end.getTime() - start.getTime()).toBeGreaterThan(22 * HOUR);
  });

  it('counts from where the budget begins', () => {
    const span = { start: new Date('2026-08-01T00:00:00Z'), end: new Date('2026-08-02T00:00:00Z') };
    expect(countedSpan(span, null)).toBe(span);
    expect(countedSpan(span, new Date('2026-08-01T05:00:00Z'))?.start).toEqual(new Date('2026-08-01T05:00:00Z'));
    expect(countedSpan(span, span.end)).toBeUndefined();
  });
});
