import { describe, expect, it } from 'vitest';
import {
  bucketChoices,
  defaultBucket,
  isDay,
  isRunning,
  localDay,
  type Preset,
  type Range,
  resolvePeriod,
} from './period.ts';

const preset = (name: Preset): Range => ({ kind: 'preset', preset: name });
const custom = (from: string, to: string): Range => ({ kind: 'custom', from, to });
const at = (text: string) => Date.parse(text);
const hours = ({ from, to }: { from: string; to: string }) => (at(to) - at(from)) / 3_600_000;

describe('periods', () => {
  it('begin at midnight of the organization, not of UTC', () => {
    const now = at('2026-08-04T23:30:00Z');
    expect(resolvePeriod(preset('7d'), now, 'Europe/Berlin').from).toBe('2026-07-29T22:00:00.000Z');
    expect(resolvePeriod(preset('7d'), now, 'America/Los_Angeles').from).toBe('2026-07-29T07:00:00.000Z');
    expect(resolvePeriod(preset('7d'), now, 'Asia/Kathmandu').from).toBe('2026-07-29T18:15:00.000Z');
  });

  it('end just after now while they run', () => {
    const now = at('2026-08-04T12:07:31Z');
    expect(resolvePeriod(preset('month'), now, 'UTC')).toEqual({
      from: '2026-08-01T00:00:00.000Z',
      to: '2026-08-04T12:15:00.000Z',
    });
    expect(resolvePeriod(preset('1h'), now, 'UTC')).toEqual({
      from: '2026-08-04T11:08:00.000Z',
      to: '2026-08-04T12:08:00.000Z',
    });
  });

  it('of 24 hours begin with a whole hour', () => {
    expect(resolvePeriod(preset('24h'), at('2026-08-04T12:07:31Z'), 'UTC')).toEqual({
      from: '2026-08-03T13:00:00.000Z',
      to: '2026-08-04T12:15:00.000Z',
    });
  });

  it('never end at this very instant, whose records would be left out', () => {
    const now = at('2026-08-04T12:15:00.000Z');
    expect(at(resolvePeriod(preset('30d'), now, 'UTC').to)).toBeGreaterThan(now);
    expect(at(resolvePeriod(preset('1h'), now, 'UTC').to)).toBeGreaterThan(now);
  });

  it('have 23 and 25 hours on the days when clocks change', () => {
    const now = at('2027-01-01T00:00:00Z');
    expect(hours(resolvePeriod(custom('2026-03-29', '2026-03-29'), now, 'Europe/Berlin'))).toBe(23);
    expect(hours(resolvePeriod(custom('2026-10-25', '2026-10-25'), now, 'Europe/Berlin'))).toBe(25);
    expect(hours(resolvePeriod(custom('2026-10-25', '2026-10-25'), now, 'UTC'))).toBe(24);
  });

  it('begin where a day begins that has no midnight', () => {
    // In Beirut clocks went from 00:00 to 01:00 on this day.
    const now = at('2026-04-01T00:00:00Z');
    expect(resolvePeriod(custom('2026-03-29', '2026-03-29'), now, 'Asia/Beirut')).toEqual({
      from: '2026-03-28T22:00:00.000Z',
      to: '2026-03-29T21:00:00.000Z',
    });
  });

  it('of months keep to the calendar across a change of clocks', () => {
    const now = at('2026-11-24T12:00:00Z');
    expect(resolvePeriod(preset('last-month'), now, 'Europe/Berlin')).toEqual({
      from: '2026-09-30T22:00:00.000Z',
      to: '2026-10-31T23:00:00.000Z',
    });
  });

  it('of chosen days include the last day, up to now if it is today', () => {
    const now = at('2026-08-04T12:07:00Z');
    expect(resolvePeriod(custom('2026-08-01', '2026-08-02'), now, 'UTC').to).toBe('2026-08-03T00:00:00.000Z');
    expect(resolvePeriod(custom('2026-08-01', '2026-08-04'), now, 'UTC').to).toBe('2026-08-04T12:15:00.000Z');
  });
});

describe('buckets', () => {
  const period = (name: Preset) => resolvePeriod(preset(name), at('2026-08-20T12:00:00Z'), 'UTC');

  it('suit the length of the period', () => {
    expect(defaultBucket(period('1h'))).toBe('15m');
    expect(defaultBucket(period('24h'))).toBe('hour');
    expect(defaultBucket(period('7d'))).toBe('day');
    expect(defaultBucket(period('90d'))).toBe('day');
    expect(defaultBucket(resolvePeriod(custom('2025-08-01', '2026-07-31'), at('2026-08-20T12:00:00Z'), 'UTC'))).toBe(
      'week',
    );
  });

  it('are offered only where they can be seen', () => {
    expect(bucketChoices(period('1h'))).toEqual(['15m']);
    expect(bucketChoices(period('7d'))).toEqual(['hour', 'day']);
    expect(bucketChoices(period('90d'))).toEqual(['day', 'week', 'month']);
    for (const name of ['1h', '24h', '7d', '30d', '90d', 'month', 'last-month'] as const) {
      expect(bucketChoices(period(name))).toContain(defaultBucket(period(name)));
    }
  });

  it('run until the next one begins, the last until the period ends', () => {
    const now = at('2026-08-04T12:30:00Z');
    expect(isRunning('2026-08-04T12:00:00Z', '2026-08-04T13:00:00Z', '', now)).toBe(true);
    expect(isRunning('2026-08-04T11:00:00Z', '2026-08-04T12:00:00Z', '', now)).toBe(false);
    expect(isRunning('2026-08-04T12:00:00Z', undefined, '2026-08-04T12:45:00Z', now)).toBe(true);
    expect(isRunning('2026-07-31T00:00:00Z', undefined, '2026-08-01T00:00:00Z', now)).toBe(false);
  });
});

describe('days', () => {
  it('are only those that exist', () => {
    expect(isDay('2026-02-28')).toBe(true);
    for (const text of ['2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', undefined, 5])
      expect(isDay(text)).toBe(false);
  });

  it('are those of the zone', () => {
    expect(localDay('2026-08-04T23:30:00Z', 'Europe/Berlin')).toBe('2026-08-05');
    expect(localDay('2026-08-04T23:30:00Z', 'America/New_York')).toBe('2026-08-04');
  });
});
