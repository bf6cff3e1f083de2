import type { CompactPriceEntry } from './compact-entry.ts';
import { parseDecimal, RATE_DECIMALS } from './decimal.ts';

/** A rate that moves by more than this, up or down, is shown to a person: more often a slip of the list than a price. */
const FLAG_FACTOR = 5n;

/** One rate that two prices of a model do not share. */
export interface RateDifference {
  rate: string;
  before: string | undefined;
  after: string | undefined;
  /** Both have it, and it moved by more than five times; to or from 0 is more than any factor. */
  flagged: boolean;
}

/** The rates that differ in value, by name. */
export function diffRates(before: CompactPriceEntry, after: CompactPriceEntry): RateDifference[] {
  const names = new Set([...Object.keys(before.rates), ...Object.keys(after.rates)]);
  const differences: RateDifference[] = [];
  for (const rate of [...names].sort()) {
    const [old, now] = [before.rates[rate], after.rates[rate]];
    if (old === now) continue;
    if (old === undefined || now === undefined) {
      differences.push({ rate, before: old, after: now, flagged: false });
      continue;
    }
    const [oldValue, newValue] = [amountOf(old), amountOf(now)];
    if (oldValue === newValue) continue;
    const flagged = newValue > FLAG_FACTOR * oldValue || oldValue > FLAG_FACTOR * newValue;
    differences.push({ rate, before: old, after: now, flagged });
  }
  return differences;
}

/** Whether two prices say the same, however it is written. */
export function samePrice(a: CompactPriceEntry, b: CompactPriceEntry): boolean {
  return (
    a.provider === b.provider &&
    a.mode === b.mode &&
    a.limits?.maxInputTokens === b.limits?.maxInputTokens &&
    a.limits?.maxOutputTokens === b.limits?.maxOutputTokens &&
    a.limits?.maxTokens === b.limits?.maxTokens &&
    a.limits?.promptCacheMinTokens === b.limits?.promptCacheMinTokens &&
    diffRates(a, b).length === 0
  );
}

function amountOf(rate: string): bigint {
  const value = parseDecimal(rate, RATE_DECIMALS);
  if (typeof value === 'string') throw new Error(`not a rate: ${rate}`);
  return value;
}
