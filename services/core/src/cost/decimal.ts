/**
 * Exact decimals as big integers. A rate is a whole number of 1e-24 USD, read from the text of the price file;
 * an amount is a whole number of 1e-12 USD. Nothing here ever becomes a float.
 */

/** Decimals of a rate: the price files have rates with up to 23. */
export const RATE_DECIMALS = 24;

/** Decimals of an amount of money. */
export const PICO_DECIMALS = 12;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** A longer text than any sensible number, refused before it costs time. */
const MAX_TEXT_LENGTH = 80;

type DecimalError = 'not_a_number' | 'too_many_decimals';

/**
 * Reads a decimal, with or without an exponent (`2.5e-07`, `0.00000025`), as a whole number of 10^-`decimals`.
 *
 * Returns `not_a_number` for anything else (also for NaN, Infinity and the empty string), and
 * `too_many_decimals` where the value does not fit without rounding.
 */
export function parseDecimal(text: string, decimals: number): bigint | DecimalError {
  const parts = splitDecimal(text);
  if (parts === undefined) return 'not_a_number';
  const shift = parts.exponent + decimals;
  if (shift >= 0) return parts.digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return parts.digits % divisor === 0n ? parts.digits / divisor : 'too_many_decimals';
}

/** The same, but rounds half to even what does not fit; undefined for what is not a number. */
export function parseDecimalRounded(text: string, decimals: number): bigint | undefined {
  const parts = splitDecimal(text);
  if (parts === undefined) return undefined;
  const shift = parts.exponent + decimals;
  if (shift >= 0) return parts.digits * 10n ** BigInt(shift);
  return divideHalfEven(parts.digits, 10n ** BigInt(-shift));
}

/** Writes a whole number of 10^-`decimals` as a plain decimal: no exponent, no trailing zeros. */
export function formatDecimal(value: bigint, decimals: number): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative ? `-${text}` : text;
}

/** `dividend / divisor` rounded to the nearest whole number, a tie to the even one. `divisor` is above 0. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  if (dividend < 0n) return -divideHalfEven(-dividend, divisor);
  const quotient = dividend / divisor;
  const twiceRemainder = (dividend % divisor) * 2n;
  if (twiceRemainder < divisor) return quotient;
  if (twiceRemainder > divisor) return quotient + 1n;
  return quotient % 2n === 0n ? quotient : quotient + 1n;
}

function splitDecimal(text: string): { digits: bigint; exponent: number } | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return { digits, exponent: 0 };
  const scale = Number(exponent) - fraction.length;
  if (Math.abs(scale) > MAX_TEXT_LENGTH) return undefined;
  return { digits: sign === '-' ? -digits : digits, exponent: scale };
}
