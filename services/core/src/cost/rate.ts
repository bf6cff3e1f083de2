import type { Approximation } from './approximations.ts';
import { divideHalfEven, formatDecimal, PICO_DECIMALS, parseDecimal, RATE_DECIMALS } from './decimal.ts';

/** A rate that applies to a class under the conditions of one call. */
export interface Rate {
  /** The field that it was read from. */
  field: string;
  /** 1e-24 USD per `per` units. */
  value: bigint;
  per: 1 | 1000;
  /** Factors on top of it, such as a regional uplift. */
  factors: readonly Factor[];
  /** What is only near the truth about it. */
  marks: readonly Approximation[];
  /** 1e-12 USD per unit as a fraction in lowest powers of ten. */
  numerator: bigint;
  denominator: bigint;
  /** The same where both fit a safe integer, else 0. */
  safeNumerator: number;
  safeDenominator: number;
}

export interface Factor {
  /** The region or speed that caused it. */
  applies: string;
  /** 1e-24 */
  value: bigint;
}

const RATE_ONE = 10n ** BigInt(RATE_DECIMALS);
const RATE_PER_PICO = 10n ** BigInt(RATE_DECIMALS - PICO_DECIMALS);
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

export function makeRate(
  source: { field: string; value: bigint; per: 1 | 1000 },
  factors: readonly Factor[],
  marks: readonly Approximation[],
): Rate {
  let numerator = source.value;
  let denominator = RATE_PER_PICO * BigInt(source.per);
  for (const factor of factors) {
    numerator *= factor.value;
    denominator *= RATE_ONE;
  }
  while (denominator % 10n === 0n && numerator % 10n === 0n) {
    numerator /= 10n;
    denominator /= 10n;
  }
  const safe = numerator <= MAX_SAFE && denominator <= MAX_SAFE;
  return {
    field: source.field,
    value: source.value,
    per: source.per,
    factors,
    marks,
    numerator,
    denominator,
    safeNumerator: safe ? Number(numerator) : 0,
    safeDenominator: safe ? Number(denominator) : 0,
  };
}

/**
 * `quantity` × rate in 1e-12 USD, rounded once, half to even. The quantity is taken at its decimal text.
 *
 * Where quantity, rate and product are whole numbers below 2^53 the calculation is done on them as such, which is
 * exact and several times as fast as big integers; nothing is ever rounded on the way.
 */
export function chargePicoUsd(quantity: number, rate: Rate): bigint {
  if (rate.safeDenominator !== 0 && Number.isInteger(quantity)) {
    const product = quantity * rate.safeNumerator;
    if (product <= Number.MAX_SAFE_INTEGER) {
      if (rate.safeDenominator === 1) return BigInt(product);
      return BigInt(divideHalfEvenSafe(product, rate.safeDenominator));
    }
  }
  if (Number.isInteger(quantity)) return divideHalfEven(BigInt(quantity) * rate.numerator, rate.denominator);
  const exact = parseDecimal(String(quantity), RATE_DECIMALS);
  if (typeof exact !== 'bigint') throw new RangeError(`not a quantity: ${quantity}`);
  return divideHalfEven(exact * rate.numerator, rate.denominator * RATE_ONE);
}

/** The rate in USD per unit as a plain decimal, without its factors. */
export function formatRate(rate: Rate): string {
  return rate.per === 1
    ? formatDecimal(rate.value, RATE_DECIMALS)
    : formatDecimal(rate.value, RATE_DECIMALS + Math.log10(rate.per));
}

/** Whole, safe, not negative; remainder and exact division of safe integers are exact in doubles. */
function divideHalfEvenSafe(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  const quotient = (dividend - remainder) / divisor;
  const rest = divisor - remainder;
  if (remainder < rest) return quotient;
  if (remainder > rest) return quotient + 1;
  return quotient % 2 === 0 ? quotient : quotient + 1;
}
