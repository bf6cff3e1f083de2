import { describe, expect, it } from 'vitest';
import { Calendar, DAY, easterDay } from './calendar.ts';
import { SAMPLE_COMPANY } from './company/company.ts';

const at = (zone: string, text: string) => new Calendar(zone, SAMPLE_COMPANY.holidays).at(Date.parse(text));

describe('Calendar', () => {
  it.each([
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
  ])('knows Easter of %d', (year, date) => {
    expect(new Date(easterDay(year) * DAY).toISOString().slice(0, 10)).toBe(date);
  });

  it('tells the local hour and day, in summer and in winter', () => {
    expect(at('Europe/Berlin', '2026-01-05T08:00:00Z')).toMatchObject({ hour: 9, weekday: 0, date: '01-05' });
    expect(at('Europe/Berlin', '2026-07-05T22:30:00Z')).toMatchObject({ hour: 0.5, weekday: 0, date: '07-06' });
    expect(at('Asia/Kolkata', '2026-07-05T18:00:00Z')).toMatchObject({ hour: 23.5, weekday: 6, date: '07-05' });
  });

  it('skips and repeats an hour when the clocks change', () => {
    const hours = (texts: string[]) => texts.map((text) => at('Europe/Berlin', text).hour);
    expect(hours(['2026-03-29T00:00Z', '2026-03-29T01:00Z'])).toEqual([1, 3]);
    expect(hours(['2026-10-25T00:00Z', '2026-10-25T01:00Z'])).toEqual([2, 2]);
  });

  it('knows fixed and moving holidays and the quiet weeks', () => {
    const calendar = new Calendar('Europe/Berlin', SAMPLE_COMPANY.holidays);
    const isHoliday = (date: string) => calendar.isHoliday(calendar.at(Date.parse(`${date}T12:00Z`)));
    expect(['2026-12-25', '2026-04-03', '2026-04-06', '2026-05-14', '2026-05-25'].map(isHoliday)).not.toContain(false);
    expect(['2026-12-23', '2026-04-07', '2026-05-15'].map(isHoliday)).not.toContain(true);
    const season = (date: string) => calendar.season(calendar.at(Date.parse(`${date}T12:00Z`)));
    expect(season('2026-12-30')).toBe(season('2027-01-02'));
    expect(season('2026-12-30')).toBeLessThan(season('2026-08-01'));
    expect(season('2026-10-01')).toBe(1);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => new Calendar('Europe/Atlantis', SAMPLE_COMPANY.holidays)).toThrow(RangeError);
  });
});
