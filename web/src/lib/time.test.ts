import { describe, expect, it } from 'vitest';
import { formatAbsolute, formatBucket, formatDays, formatRelative, formatTick } from './time.ts';

const ZONE = 'Europe/Berlin';
const NOW = Date.parse('2026-08-04T12:00:00Z');
const ago = (seconds: number) =>
  formatRelative(new Date(NOW - seconds * 1_000).toISOString(), NOW, ZONE).replace('\u202f', ' ');

describe('times', () => {
  it('are told as distances while they are near', () => {
    expect(ago(-3)).toBe('just now');
    expect(ago(12)).toBe('12 s ago');
    expect(ago(200)).toBe('3 min ago');
    expect(ago(5 * 3_600)).toBe('5 h ago');
    expect(ago(3 * 86_400)).toBe('3 d ago');
  });

  it('are told as dates further back, with the year where it is another', () => {
    expect(ago(30 * 86_400)).toBe('Jul 5');
    expect(ago(300 * 86_400)).toBe('Oct 8, 2025');
  });

  it('are absolute in the zone of the organization', () => {
    expect(formatAbsolute('2026-08-04T23:30:05Z', ZONE)).toBe('Wed, Aug 5, 2026, 01:30:05 GMT+2');
  });
});

describe('buckets', () => {
  it('are named in full', () => {
    expect(formatBucket('2026-08-03T22:00:00Z', 'day', ZONE)).toBe('Tue, Aug 4, 2026');
    expect(formatBucket('2026-08-04T12:00:00Z', 'hour', ZONE)).toBe('Tue, Aug 4, 14:00 – 15:00');
    expect(formatBucket('2026-08-04T12:45:00Z', '15m', ZONE)).toBe('Aug 4, 14:45 – 15:00');
    expect(formatBucket('2026-07-31T22:00:00Z', 'month', ZONE)).toBe('August 2026');
  });

  it('name the hour that a change of clocks repeats by where it ends', () => {
    expect(formatBucket('2026-10-25T00:00:00Z', 'hour', ZONE)).toBe('Sun, Oct 25, 02:00 – 02:00');
    expect(formatBucket('2026-10-25T01:00:00Z', 'hour', ZONE)).toBe('Sun, Oct 25, 02:00 – 03:00');
  });

  it('show the date at midnight on an axis of hours', () => {
    expect(formatTick('2026-08-03T22:00:00Z', 'hour', ZONE)).toBe('Aug 4');
    expect(formatTick('2026-08-04T10:00:00Z', 'hour', ZONE)).toBe('12:00');
    expect(formatTick('2026-08-03T22:00:00Z', 'day', ZONE)).toBe('Aug 4');
  });
});

describe('days', () => {
  it('share what they have in common', () => {
    expect(formatDays('2026-08-01', '2026-08-15').replaceAll('\u2009', ' ')).toBe('Aug 1 – 15, 2026');
    expect(formatDays('2026-08-01', '2026-08-01')).toBe('Aug 1, 2026');
  });
});
