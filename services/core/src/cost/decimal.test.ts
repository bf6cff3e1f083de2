import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideHalfEven, formatDecimal, parseDecimal, parseDecimalRounded } from './decimal.ts';

describe('parseDecimal', () => {
  it.each([
    ['2.5e-07', 250_000_000_000_000_000n],
    ['0.00000025', 250_000_000_000_000_000n],
    ['1', 10n ** 24n],
    ['0', 0n],
    ['0e-99', 0n],
    ['.5', 5n * 10n ** 23n],
    ['-1e-24', -1n],
    ['2.0833333333333334e-07', 208_333_333_333_333_340n],
  ])('reads %s exactly', (text, value) => {
    expect(parseDecimal(text, 24)).toBe(value);
  });

  it.each(['', '.', 'e5', 'NaN', 'Infinity', '0x10', '1,5', '1 ', '1e', '--1', '1'.repeat(99)])(
    'refuses %j, which is no decimal',
    (text) => {
      expect(parseDecimal(text, 24)).toBe('not_a_number');
    },
  );

  it('refuses what would need rounding', () => {
    expect(parseDecimal('1e-25', 24)).toBe('too_many_decimals');
    expect(parseDecimal('10e-25', 24)).toBe(1n);
  });

  it('gives back what formatDecimal wrote', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 40n), 10n ** 40n), fc.integer({ min: 1, max: 24 }), (value, decimals) => {
        expect(parseDecimal(formatDecimal(value, decimals), decimals)).toBe(value);
      }),
    );
  });
});

describe('formatDecimal', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000000001'],
    [1_500_000_000_000n, '1.5'],
    [-25n * 10n ** 10n, '-0.25'],
    [10n ** 18n, '1000000'],
  ])('writes %s without exponent and trailing zeros', (value, text) => {
    expect(formatDecimal(value, 12)).toBe(text);
  });
});

describe('rounding half to even', () => {
  it.each([
    [5n, 10n, 0n],
    [15n, 10n, 2n],
    [25n, 10n, 2n],
    [26n, 10n, 3n],
    [-15n, 10n, -2n],
    [-5n, 10n, 0n],
  ])('%s / %s is %s', (dividend, divisor, quotient) => {
    expect(divideHalfEven(dividend, divisor)).toBe(quotient);
  });

  it('is never further than half a unit from the exact value', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.bigInt(1n, 10n ** 20n), (dividend, divisor) => {
        const twiceError = 2n * (divideHalfEven(dividend, divisor) * divisor - dividend);
        expect(twiceError <= divisor && twiceError >= -divisor).toBe(true);
      }),
    );
  });

  it('rounds the noise of a float away from an amount', () => {
    expect(parseDecimalRounded('0.00014000000000000001', 12)).toBe(140_000_000n);
    expect(parseDecimalRounded('0.0000000000005', 12)).toBe(0n);
    expect(parseDecimalRounded('abc', 12)).toBeUndefined();
  });
});
