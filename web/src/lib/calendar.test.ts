import { describe, expect, it } from 'vitest';
import { monthGrid, monthName, shiftDays, shiftMonths } from './calendar.ts';

describe('calendar', () => {
  it('moves by days over ends of months and years', () => {
    expect(shiftDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(shiftDays('2028-03-01', -1)).toBe('2028-02-29');
  });

  it('moves by months to their first day', () => {
    expect(shiftMonths('2026-01-31', 1)).toBe('2026-02-01');
    expect(shiftMonths('2026-01-31', -1)).toBe('2025-12-01');
  });

  it('shows six weeks from Monday on', () => {
    const grid = monthGrid('2026-08-15');
    expect(grid).toHaveLength(42);
    expect(grid[0]).toBe('2026-07-27');
    expect(grid).toContain('2026-08-31');
    expect(monthGrid('2026-06-10')[0]).toBe('2026-06-01');
  });

  it('names a month', () => {
    expect(monthName('2026-08-15')).toBe('August 2026');
  });
});
