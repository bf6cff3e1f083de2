import { formatDecimal, PICO_DECIMALS, parseDecimalRounded } from './decimal.ts';

/** Writes an amount of 1e-12 USD as a plain decimal in USD: `1500000000n` is `0.0015`. */
export function formatPicoUsd(amountPicoUsd: bigint): string {
  return formatDecimal(amountPicoUsd, PICO_DECIMALS);
}

/**
 * Reads an amount in USD (`0.0015`, `1.5e-3`) as 1e-12 USD; decimals beyond the twelfth are rounded half to even,
 * since providers report costs that went through floats. Undefined for anything that is not a decimal number.
 */
export function parseUsd(text: string): bigint | undefined {
  return parseDecimalRounded(text.trim(), PICO_DECIMALS);
}
