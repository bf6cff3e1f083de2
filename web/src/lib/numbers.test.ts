import { describe, expect, it } from 'vitest';
import { changeBetween, formatChange, formatCompact, formatDuration, formatPercent, formatSize } from './numbers.ts';

/** The narrow no-break space between figure and unit, made visible. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('figures', () => {
  it.each([
    [0, '0'],
    [983, '983'],
    [1_000, '1 k'],
    [12_430, '12.4 k'],
    [999_499, '999 k'],
    [999_950, '1 M'],
    [1_204_331, '1.2 M'],
    [124_000_000, '124 M'],
    [1_520_000_000, '1.5 B'],
  ])('shortens %d to %s', (value, shown) => {
    expect(plain(formatCompact(value))).toBe(shown);
  });

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.987, '98.7 %'],
    [0.99999, '99.9 %'],
    [0.0000001, '<0.1 %'],
    [0.22, '22.0 %'],
    [202_012.83, '20,201,283 %'],
  ])('writes the share %d as %s', (share, shown) => {
    expect(plain(formatPercent(share))).toBe(shown);
  });

  it('calls a rise from nothing new, not infinite', () => {
    expect(changeBetween(5, 0)).toEqual({ kind: 'new' });
    expect(changeBetween(0, 0)).toEqual({ kind: 'none' });
    expect(changeBetween(15, 10)).toEqual({ kind: 'change', ratio: 0.5 });
  });

  it('writes changes with fewer digits the larger they are', () => {
    expect(plain(formatChange(0.1243))).toBe('12.4 %');
    expect(plain(formatChange(-0.5))).toBe('50.0 %');
    expect(plain(formatChange(3.4))).toBe('340 %');
    expect(formatChange(11)).toBe('12×');
  });

  it('writes durations in the unit that fits', () => {
    expect(plain(formatDuration(840))).toBe('840 ms');
    expect(plain(formatDuration(1_900))).toBe('1.9 s');
    expect(plain(formatDuration(59_960))).toBe('1 min 0 s');
    expect(plain(formatDuration(125_000))).toBe('2 min 5 s');
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [12_345_678, '12.3 MB'],
    [5_000_000_000_000, '5000.0 GB'],
  ])('%d bytes of a file as %s', (bytes, text) => {
    expect(plain(formatSize(bytes))).toBe(text);
  });
});
