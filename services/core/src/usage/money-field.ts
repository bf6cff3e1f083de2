import { type Fields, isFields } from './fields.ts';

const PICO_DECIMALS = 12;
const DECIMAL = /^(\d{1,12})(?:\.(\d{1,40}))?(?:e([+-]?\d{1,2}))?$/i;

/**
 * What the provider says that the call cost, in 1e-12 USD: OpenRouter's `cost` (https://openrouter.ai/docs/use-cases/usage-accounting),
 * Perplexity's `cost.total_cost`, xAI's `cost_in_usd_ticks` of 1e-10 USD (https://docs.x.ai/developers/cost-tracking).
 *
 * It is shown beside our figure and never used for it, so a value that is no amount is left out and hurts nothing.
 */
export function usdAt(usage: Fields): bigint | undefined {
  const ticks = usage.cost_in_usd_ticks;
  if (typeof ticks === 'number' && Number.isSafeInteger(ticks) && ticks >= 0) return BigInt(ticks) * 100n;
  const cost = isFields(usage.cost) ? usage.cost.total_cost : (usage.cost ?? usage['gen_ai.usage.cost']);
  return typeof cost === 'number' || typeof cost === 'string' ? parseUsd(String(cost)) : undefined;
}

/** A decimal in USD as 1e-12 USD, rounded: further decimals are the noise of the sender's floats. */
export function parseUsd(text: string): bigint | undefined {
  const match = DECIMAL.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) + PICO_DECIMALS - fraction.length;
  const digits = BigInt(whole + fraction);
  if (Math.abs(shift) > 60) return digits === 0n ? 0n : undefined;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (digits + divisor / 2n) / divisor;
}
