import { describe, expect, it } from 'vitest';
import { compactSchedule, isOffPeak, parseSchedule } from './off-peak.ts';

function offPeakAt(text: string, time: string): boolean {
  const schedule = parseSchedule(text);
  if (schedule === undefined) throw new Error(`not a schedule: ${text}`);
  return isOffPeak(schedule, Date.parse(time));
}

describe('off-peak windows', () => {
  it('start inclusive and end exclusive', () => {
    expect(offPeakAt('01:00-02:30', '2026-03-01T00:59:59Z')).toBe(false);
    expect(offPeakAt('01:00-02:30', '2026-03-01T01:00:00Z')).toBe(true);
    expect(offPeakAt('01:00-02:30', '2026-03-01T02:29:59Z')).toBe(true);
    expect(offPeakAt('01:00-02:30', '2026-03-01T02:30:00Z')).toBe(false);
  });

  it('wrap past midnight', () => {
    expect(offPeakAt('16:30-00:30', '2026-03-01T23:00:00Z')).toBe(true);
    expect(offPeakAt('16:30-00:30', '2026-03-02T00:29:00Z')).toBe(true);
    expect(offPeakAt('16:30-00:30', '2026-03-02T00:30:00Z')).toBe(false);
  });

  it('are the whole day where they start at their end', () => {
    expect(offPeakAt('08:00-08:00', '2026-03-01T07:59:00Z')).toBe(true);
    expect(offPeakAt('08:00-08:00', '2026-03-01T08:00:00Z')).toBe(true);
  });

  it('hold on their weekdays in the calendar of the zone', () => {
    // Sunday 17:00 in UTC is Monday 01:00 in Shanghai.
    expect(offPeakAt('1-5/16:00-18:00@Asia/Shanghai', '2026-03-01T17:00:00Z')).toBe(true);
    expect(offPeakAt('1-5/16:00-18:00', '2026-03-01T17:00:00Z')).toBe(false);
    expect(offPeakAt('6,7/16:00-18:00', '2026-03-01T17:00:00Z')).toBe(true);
  });

  it('add up', () => {
    expect(offPeakAt('01:00-02:00,04:00-05:00;6-7/12:00-13:00', '2026-03-01T12:30:00Z')).toBe(true);
    expect(offPeakAt('01:00-02:00,04:00-05:00;6-7/12:00-13:00', '2026-03-02T12:30:00Z')).toBe(false);
    expect(offPeakAt('01:00-02:00,04:00-05:00;6-7/12:00-13:00', '2026-03-02T04:30:00Z')).toBe(true);
  });
});

describe('compactSchedule', () => {
  it("writes LiteLLM's block as one text", () => {
    const block = {
      hours_utc: ['16:30-00:30', '04:00 - 06:00'],
      windows: [{ weekdays: ['sat', 'Sunday', 9], hours_utc: '00:00-24:00' }],
      weekday_timezone: 'Asia/Shanghai',
    };
    expect(compactSchedule(block)).toBe('16:30-00:30,04:00-06:00;6,7/00:00-24:00@Asia/Shanghai');
  });

  it('ignores what is malformed, and is nothing where no window is left', () => {
    expect(compactSchedule({ hours_utc: ['25:00-26:00', '1-2', 5, '03:00-04:00'] })).toBe('03:00-04:00');
    expect(compactSchedule({ hours_utc: 'noon' })).toBeUndefined();
    expect(compactSchedule({ windows: [{ weekdays: 'mon', hours_utc: '01:00-02:00' }] })).toBeUndefined();
    expect(compactSchedule({ hours_utc: '01:00-02:00', weekday_timezone: 'Moon/Base' })).toBe('01:00-02:00');
  });
});

it.each(['', '1:0-2:0', '01:00', '9/01:00-02:00', '01:00-02:00@Nowhere'])('%j is no schedule', (text) => {
  expect(parseSchedule(text)).toBeUndefined();
});
