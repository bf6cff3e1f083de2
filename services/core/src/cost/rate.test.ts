import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideHalfEven, parseDecimal, RATE_DECIMALS } from './decimal.ts';
import { chargePicoUsd, formatRate, makeRate, type Rate } from './rate.ts';

function rateOf(text: string, factors: string[] = []): Rate {
  return makeRate(
    { field: 'input_cost_per_token', value: exact(text), per: 1 },
    factors.map((factor) => ({ applies: 'us', value: exact(factor) })),
    [],
  );
}

function exact(text: string): bigint {
  const value = parseDecimal(text, RATE_DECIMALS);
  if (typeof value !== 'bigint') throw new Error(value);
  return value;
}

describe('chargePicoUsd', () => {
  it('multiplies tokens by a rate', () => {
    expect(chargePicoUsd(1_000_000, rateOf('2.5e-06'))).toBe(2_500_000_000_000n);
  });

  it('rounds once, half to even, where the rate is finer than the amount', () => {
    expect(chargePicoUsd(1, rateOf('5e-13'))).toBe(0n);
    expect(chargePicoUsd(3, rateOf('5e-13'))).toBe(2n);
    expect(chargePicoUsd(5, rateOf('5e-13'))).toBe(2n);
  });

  it('applies factors before it rounds', () => {
    // 7 × 0.0000125 × 1.1 = 0.00009625
    expect(chargePicoUsd(7, rateOf('1.25e-05', ['1.1']))).toBe(96_250_000n);
    // 1 × 5e-13 × 1.1 = 5.5e-13, nearer to 1 than to 0
    expect(chargePicoUsd(1, rateOf('5e-13', ['1.1']))).toBe(1n);
  });

  it('takes a fraction of a unit at its decimal text', () => {
    // 8.470000267028809 × 0.0001 = 0.0008470000267028809
    expect(chargePicoUsd(8.470000267028809, rateOf('0.0001'))).toBe(847_000_027n);
  });

  it('divides rates per thousand', () => {
    const rate = makeRate({ field: 'file_search_cost_per_1k_calls', value: exact('2.5'), per: 1000 }, [], []);
    expect(chargePicoUsd(3, rate)).toBe(7_500_000_000n);
    expect(formatRate(rate)).toBe('0.0025');
  });

  it('is exact for any quantity and any rate', () => {
    const rates = fc.bigInt(0n, 10n ** 24n);
    const factors = fc.array(fc.bigInt(0n, 3n * 10n ** 24n), { maxLength: 2 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), rates, factors, (quantity, value, multipliers) => {
        const rate = makeRate(
          { field: 'x', value, per: 1 },
          multipliers.map((factor) => ({ applies: 'us', value: factor })),
          [],
        );
        let dividend = BigInt(quantity) * value;
        let divisor = 10n ** 12n;
        for (const factor of multipliers) {
          dividend *= factor;
          divisor *= 10n ** 24n;
        }
        expect(chargePicoUsd(quantity, rate)).toBe(divideHalfEven(dividend, divisor));
      }),
      { numRuns: 500 },
    );
  });

  it('is exact for the short rates that price lists have', () => {
    const mantissa = fc.integer({ min: 0, max: 999_999 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000_000 }),
        mantissa,
        fc.integer({ min: 0, max: 18 }),
        (quantity, digits, decimals) => {
          const rate = rateOf(`${digits}e-${decimals}`);
          const dividend = BigInt(quantity) * BigInt(digits) * 10n ** 24n;
          expect(chargePicoUsd(quantity, rate)).toBe(divideHalfEven(dividend, 10n ** BigInt(decimals + 12)));
        },
      ),
      { numRuns: 500 },
    );
  });
});
