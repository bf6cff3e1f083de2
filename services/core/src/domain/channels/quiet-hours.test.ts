import { describe, expect, it } from 'vitest';
import { formatTimeOfDay, parseTimeOfDay, quietUntil } from './quiet-hours.ts';

const until = (from: string, to: string, zone: string, now: string) =>
  quietUntil({ from: parseTimeOfDay(from), to: parseTimeOfDay(to) }, zone, new Date(now))?.toISOString();

describe('quiet hours', () => {
  it.each([
    ['before they begin', '22:00', '07:00', 'UTC', '2026-08-01T21:59:59Z', undefined],
    ['as they begin', '22:00', '07:00', 'UTC', '2026-08-01T22:00:00Z', '2026-08-02T07:00:00.000Z'],
    ['after midnight', '22:00', '07:00', 'UTC', '2026-08-02T06:59:59Z', '2026-08-02T07:00:00.000Z'],
    ['as they end', '22:00', '07:00', 'UTC', '2026-08-02T07:00:00Z', undefined],
    ['within a day', '12:00', '13:30', 'UTC', '2026-08-01T12:10:00Z', '2026-08-01T13:30:00.000Z'],
    ['after those within a day', '12:00', '13:30', 'UTC', '2026-08-01T23:00:00Z', undefined],
    ['all day', '08:00', '08:00', 'UTC', '2026-08-01T09:00:00Z', '2026-08-02T08:00:00.000Z'],
    ['in a zone of half hours', '22:00', '07:00', 'Asia/Kolkata', '2026-08-01T17:00:00Z', '2026-08-02T01:30:00.000Z'],
    ['over the month’s end', '22:00', '07:00', 'UTC', '2026-12-31T23:00:00Z', '2027-01-01T07:00:00.000Z'],
    // Clocks go forward in Berlin on 29 March 2026 at 02:00, and back on 25 October 2026 at 03:00.
    ['a short night', '22:00', '07:00', 'Europe/Berlin', '2026-03-28T21:30:00Z', '2026-03-29T05:00:00.000Z'],
    ['a long night', '22:00', '07:00', 'Europe/Berlin', '2026-10-24T20:30:00Z', '2026-10-25T06:00:00.000Z'],
    ['an end that is skipped', '22:00', '02:30', 'Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00.000Z'],
    ['an end that comes twice', '22:00', '02:30', 'Europe/Berlin', '2026-10-25T00:10:00Z', '2026-10-25T01:30:00.000Z'],
    ['its second time', '22:00', '02:30', 'Europe/Berlin', '2026-10-25T01:10:20Z', '2026-10-25T01:30:00.000Z'],
  ])('%s', (_name, from, to, zone, now, end) => {
    expect(until(from, to, zone, now)).toBe(end);
  });

  it('always end after now, whatever the zone and the hour', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
      for (let time = Date.UTC(2026, 0, 1); time < Date.UTC(2027, 0, 1); time += 37 * 60_000 * 3) {
        const end = quietUntil({ from: 90, to: 150 }, zone, new Date(time));
        if (end) expect(end.getTime(), `${zone} ${new Date(time).toISOString()}`).toBeGreaterThan(time);
      }
    }
  });

  it('are written as they are read', () => {
    expect(['00:00', '07:05', '23:59'].map((text) => formatTimeOfDay(parseTimeOfDay(text)))).toEqual([
      '00:00',
      '07:05',
      '23:59',
    ]);
  });
});
