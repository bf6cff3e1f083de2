import { formatPicoUsd, parseUsd } from '@tokengrip/core/cost/money';

const MAX_MS = 2_147_483_647;
const MAX_COUNT = 1_000_000_000;
/** USD. The contract takes seven digits before the point. */
const MAX_REPORTED = 10_000_000n * 10n ** 12n;

/** A duration as the contract takes it: whole milliseconds, undefined where it is none. */
export function wholeMs(ms: number | undefined): number | undefined {
  if (ms === undefined || !Number.isFinite(ms) || ms < 0) return undefined;
  return Math.min(MAX_MS, Math.round(ms));
}

/** A number, or its decimal text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,20}(\.\d{1,20})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The first that is a whole number that a count may be. */
export function firstCount(...values: unknown[]): number | undefined {
  for (const value of values) {
    const number = numberOf(value);
    if (number !== undefined && Number.isInteger(number) && number >= 0 && number <= MAX_COUNT) return number;
  }
  return undefined;
}

/** An amount in USD, which went through a float, as the plain decimal text of its whole 1e-12 USD. */
export function usdText(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  if (String(value).length > 40) return undefined;
  const amountPicoUsd = parseUsd(String(value));
  if (amountPicoUsd === undefined || amountPicoUsd < 0n || amountPicoUsd >= MAX_REPORTED) return undefined;
  return formatPicoUsd(amountPicoUsd);
}

/** Milliseconds since 1970 as RFC 3339. Undefined for a time that no calendar has. */
export function instantOf(ms: number | undefined): string | undefined {
  if (ms === undefined || !(ms > 0 && ms < 8.64e15)) return undefined;
  const text = new Date(ms).toISOString();
  // Years of more than four digits are no RFC 3339.
  return text.startsWith('+') ? undefined : text;
}
