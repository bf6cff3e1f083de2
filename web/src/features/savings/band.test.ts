import { describe, expect, it } from 'vitest';
import { axisTicks, bandPaths } from './band.ts';

describe('axisTicks', () => {
  it('are round, and hold every value and zero', () => {
    expect(axisTicks(0, 9)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(axisTicks(-3, 12)).toEqual([-5, 0, 5, 10, 15]);
    expect(axisTicks(3, 4).at(0)).toBe(0);
  });

  it('go from 0 to 1 where there is nothing', () => {
    expect(axisTicks(0, 0).map((tick) => Number(tick.toFixed(2)))).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
});

describe('bandPaths', () => {
  const point = (value: number) => ({ title: '', tick: '', value, low: value - 1, high: value + 1 });

  it('go from the first day to the last, the band there and back', () => {
    const { value, band, other } = bandPaths([point(1), point(3)], [0, 4]);
    expect(value).toBe('M0.00 75.00L100.00 25.00');
    expect(band).toBe('M0.00 50.00L100.00 0.00L100.00 50.00L0.00 100.00Z');
    expect(other).toBeUndefined();
  });

  it('draw a single day across the whole width', () => {
    expect(bandPaths([{ ...point(2), other: 4 }], [0, 4])).toMatchObject({
      value: 'M0.00 50.00L100.00 50.00',
      other: 'M0.00 0.00L100.00 0.00',
    });
  });
});
