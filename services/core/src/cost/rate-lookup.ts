/** Which listed rate holds under the conditions of a call. */
import type { Approximation } from './approximations.ts';
import type { PriceTier, RateSlot } from './field-name.ts';
import type { Factor } from './rate.ts';
import { type ListedRate, listedRates, type RateConditions, type RateStore } from './rate-store.ts';

export interface TableConditions {
  tier: PriceTier;
  /** The sizes that the prompt exceeds, the largest first; the base rates come after them. */
  crossed: readonly number[];
  promptRange?: [number, number] | undefined;
  offPeak?: string | undefined;
  factors: readonly Factor[];
}

export interface Found {
  listed: ListedRate;
  /** What is only near the truth about it. */
  marks: Approximation[];
}

/**
 * The first listed rate of the slots: off peak, then by size and tier, the exact ones first. `onlyInRange` looks at the
 * range of `tiered_pricing` alone, not at the model's own rates.
 */
export function findListed(
  store: RateStore,
  slots: readonly RateSlot[],
  conditions: TableConditions,
  onlyInRange = false,
): Found | undefined {
  const { tier, crossed, promptRange, offPeak } = conditions;
  if (offPeak !== undefined) {
    const listed = pick(store, slots, { tier: 'standard', threshold: 0, offPeak });
    if (listed !== undefined) return { listed, marks: [] };
  }
  const tiers: PriceTier[] = tier === 'standard' ? ['standard'] : [tier, 'standard'];
  const sizes: { threshold: number; promptRange?: [number, number] | undefined }[] = [
    ...(promptRange === undefined ? crossed : []).map((threshold) => ({ threshold })),
    { threshold: 0 },
  ];
  if (promptRange !== undefined) sizes.unshift({ threshold: 0, promptRange });
  if (onlyInRange) sizes.length = 1;
  for (const [index, size] of sizes.entries()) {
    for (const candidate of tiers) {
      const listed = pick(store, slots, { tier: candidate, ...size });
      if (listed === undefined) continue;
      const marks: Approximation[] = [];
      if (candidate !== tier) marks.push('tier_rate_missing');
      if (index > 0 && promptRange === undefined) marks.push('size_rate_missing');
      return { listed, marks };
    }
  }
  return undefined;
}

function pick(store: RateStore, slots: readonly RateSlot[], conditions: RateConditions): ListedRate | undefined {
  for (const slot of slots) {
    const rate = listedRates(store, slot, conditions).find((listed) => !isVariant(listed));
    if (rate !== undefined) return rate;
  }
  return undefined;
}

/** A rate for a length, a resolution or a number of results is chosen by the call's quantities, not its conditions. */
export function isVariant(rate: ListedRate): boolean {
  return rate.intervalSeconds !== undefined || rate.resolution !== undefined || rate.resultsRange !== undefined;
}
