import { describe, expect, it } from 'vitest';
import { columnPlaces, exactUsd, formatUsd, formatUsdAxis, sumPlaces } from './money.ts';

describe('money', () => {
  it.each([
    ['0', '$0.00'],
    ['0.0042', '$0.0042'],
    ['0.00421', '$0.0042'],
    ['0.42', '$0.42'],
    ['0.429', '$0.43'],
    ['0.042', '$0.042'],
    ['12.3', '$12.30'],
    ['999.994', '$999.99'],
    ['999.995', '$1,000'],
    ['1204.33', '$1,204'],
    ['1204331.5', '$1,204,332'],
    ['-12.3', '−$12.30'],
    ['0.000000001', '<$0.00000001'],
  ])('shows %s with the precision that matters: %s', (text, shown) => {
    expect(formatUsd(text)).toBe(shown);
  });

  it('never shows something as nothing in a column', () => {
    expect(formatUsd('0.000004', 4)).toBe('<$0.0001');
    expect(formatUsd('0', 4)).toBe('$0.0000');
  });

  it('shows every digit as exact, and none that was not sent', () => {
    expect(exactUsd('1204.331500000001')).toBe('$1,204.331500000001');
    expect(exactUsd('0.1200')).toBe('$0.12');
    expect(exactUsd('7')).toBe('$7.00');
    // As a float this would end in ...88.
    expect(exactUsd('0.123456789012345678')).toBe('$0.123456789012345678');
  });

  it('lines a column up by the amount that needs most digits', () => {
    expect(columnPlaces(['1204.33', '12.3', '0'])).toBe(2);
    expect(columnPlaces(['0.0042', '0.12'])).toBe(4);
    expect(columnPlaces(['5000', '1204'])).toBe(0);
    expect(columnPlaces([])).toBe(2);
    expect(columnPlaces(['0.000000042'])).toBe(6);
  });

  it('is short on an axis', () => {
    expect(formatUsdAxis(0)).toBe('$0');
    expect(formatUsdAxis(1_250)).toBe('$1.25K');
  });

  it('shows cents in a column of sums as soon as one is a dollar', () => {
    expect(sumPlaces(['2020006.628248', '0.000001'])).toBe(2);
    expect(sumPlaces(['0.0042', '0.12'])).toBe(4);
  });
});
