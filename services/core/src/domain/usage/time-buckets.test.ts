import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../../clock.ts';
import { bucketStarts } from './time-buckets.ts';

const starts = (from: string, to: string, bucket: Parameters<typeof bucketStarts>[1], zone: string) =>
  bucketStarts({ from: new Date(from), to: new Date(to) }, bucket, zone).map((start) => start.toISOString());

describe('bucketStarts', () => {
  it('cuts days at the midnights of the zone, through a change of the clock', () => {
    // Berlin leaves summer time on 25 October 2026 at 03:00, so that this day has 25 hours.
    expect(starts('2026-10-24T22:00:00Z', '2026-10-26T23:00:00Z', 'day', 'Europe/Berlin')).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });

  it('begins the first bucket before the period when the period begins inside it', () => {
    expect(starts('2026-08-05T10:07:00Z', '2026-08-05T11:30:00Z', 'hour', 'UTC')).toEqual([
      '2026-08-05T10:00:00.000Z',
      '2026-08-05T11:00:00.000Z',
    ]);
    expect(starts('2026-08-05T10:07:00Z', '2026-09-01T00:00:00Z', 'month', 'UTC')).toEqual([
      '2026-08-01T00:00:00.000Z',
    ]);
  });

  it('begins weeks on Monday', () => {
    expect(starts('2026-08-05T00:00:00Z', '2026-08-11T00:00:00Z', 'week', 'UTC')).toEqual([
      '2026-08-03T00:00:00.000Z',
      '2026-08-10T00:00:00.000Z',
    ]);
  });

  it('gives zones of half and quarter hours whole hours of their own', () => {
    expect(starts('2026-08-05T10:00:00Z', '2026-08-05T11:00:00Z', 'hour', 'Asia/Kolkata')[0]).toBe(
      '2026-08-05T09:30:00.000Z',
    );
    expect(starts('2026-08-05T10:00:00Z', '2026-08-05T11:00:00Z', 'hour', 'Asia/Kathmandu')[0]).toBe(
      '2026-08-05T09:15:00.000Z',
    );
  });

  it('always gives quarters of an hour as bounds, ascending, from at most `from` to before `to`', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/St_Johns',
    ];
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom('15m', 'hour', 'day', 'week', 'month' as const),
        fc.constantFrom(...zones),
        (from, hours, bucket, zone) => {
          const to = new Date(from.getTime() + hours * HOUR);
          const bounds = bucketStarts({ from, to }, bucket as 'day', zone).map((start) => start.getTime());
          expect(bounds[0]).toBeLessThanOrEqual(from.getTime());
          expect(bounds.at(-1)).toBeLessThan(to.getTime());
          expect(
            bounds.every((bound, i) => bound % (HOUR / 4) === 0 && (i === 0 || bound > (bounds[i - 1] ?? 0))),
          ).toBe(true);
        },
      ),
    );
  });

  it('begins the day after a skipped midnight at midnight', () => {
    // Cairo's clocks go from 24 April 2026, 00:00, to 01:00.
    expect(starts('2026-04-22T22:00:00Z', '2026-04-26T20:00:00Z', 'day', 'Africa/Cairo')).toEqual([
      '2026-04-22T22:00:00.000Z',
      '2026-04-23T22:00:00.000Z',
      '2026-04-24T21:00:00.000Z',
      '2026-04-25T21:00:00.000Z',
    ]);
  });

  it('refuses more buckets than can be shown', () => {
    expect(() => starts('2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '15m', 'UTC')).toThrow(
      /more than 2000 buckets/,
    );
  });
});
