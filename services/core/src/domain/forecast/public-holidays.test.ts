import { describe, expect, it } from 'vitest';
import { isPublicHoliday } from './public-holidays.ts';

describe('public holidays', () => {
  it.each([
    // Good Friday, Whit Monday, by date.
    ['Europe/Berlin', ['2026-04-03', '2026-05-25', '2026-10-03'], ['2026-07-14', '2026-06-04', '2026-08-31']],
    // The first and the last Monday of May, the last of August.
    ['Europe/London', ['2026-05-04', '2026-05-25', '2026-08-31'], ['2026-05-01', '2026-05-18', '2026-08-24']],
    // Memorial Day, Thanksgiving, Martin Luther King's day.
    ['America/New_York', ['2026-05-25', '2026-11-26', '2026-01-19'], ['2026-04-06', '2026-11-19', '2026-05-04']],
    // A zone of no known country has what is free nearly everywhere.
    ['Etc/UTC', ['2026-12-25', '2026-01-01'], ['2026-05-01', '2026-04-06']],
  ])('are those of %s', (zone, free, others) => {
    expect(free.filter((date) => !isPublicHoliday(date, zone))).toEqual([]);
    expect(others.filter((date) => isPublicHoliday(date, zone))).toEqual([]);
  });
});
