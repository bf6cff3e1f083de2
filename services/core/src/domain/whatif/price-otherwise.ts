import type { WhatIfChange, WhatIfWarning } from '../../contract/whatif.ts';
import { WHATIF_WARNINGS } from '../../contract/whatif.ts';
import type { Catalog } from '../../cost/catalog.ts';
import type { CostByClass } from '../../cost/classes.ts';
import type { CompiledPrice } from '../../cost/compiled-price.ts';
import { priceUsage } from '../../cost/price-usage.ts';
import { providerFamily } from '../../cost/providers.ts';
import { isPlausibleCost } from '../usage/meter-call.ts';
import type { CallRow } from './call-row.ts';
import { callUsage } from './call-usage.ts';
import { type CacheTerms, changeUsage, textInput, usageChange } from './change-usage.ts';
import { fits, kindOf, type UnableReason } from './fits.ts';

/** One call as it would have been. */
export type Otherwise = { warnings: readonly WhatIfWarning[] } & (
  | { verdict: 'priced'; afterPicoUsd: bigint; costs: CostByClass; approximate: readonly string[] }
  | { verdict: 'unable'; unable: readonly UnableReason[] }
  | { verdict: 'unpriced'; reason: string }
  | { verdict: 'uncosted' }
);

const NONE: readonly never[] = [];
const UNCOSTED: Otherwise = { verdict: 'uncosted', warnings: NONE };
const UNBILLED: Otherwise = { verdict: 'priced', afterPicoUsd: 0n, costs: {}, approximate: NONE, warnings: NONE };
const unpriced = (reason: string): Otherwise => ({ verdict: 'unpriced', reason, warnings: NONE });

/**
 * Makes the function that prices a stored call as it would have been: by the price of its own day, with the thresholds of
 * size, the tier and the cache of the model that it would have gone to. Without a change of tokens, cache or tier the cost is
 * what the ingest gives for the same record under the other model's name.
 */
export function createRepricer(catalog: Catalog, change: WhatIfChange): (row: CallRow) => Otherwise {
  const target = change.model;
  const wanted = usageChange(change);
  const isUsageChanged =
    wanted.serviceTier !== undefined ||
    wanted.caching !== undefined ||
    wanted.inputThousandths !== 1_000 ||
    wanted.outputThousandths !== 1_000;
  const targetFamily = target && providerFamily(target.provider);

  return (row) => {
    if (row.total_pico_usd === null) return UNCOSTED;
    const provider = target?.provider ?? row.provider;
    const model = target?.model ?? row.model;
    const isOtherModel = provider !== row.provider || model !== row.model;
    const before = callUsage(row, provider);
    if (before === 'unbilled') return UNBILLED;
    if (typeof before === 'string') return unpriced(before);
    const timestampMs = row.ts.getTime();
    const terms = wanted.caching
      ? cacheTerms(catalog.resolve({ provider, model, region: before.region })?.prices.at(timestampMs)?.price)
      : NO_CACHE;
    const after = isUsageChanged ? changeUsage(before, wanted, terms) : before;
    const priced = priceUsage(catalog, {
      provider,
      model,
      usage: after,
      timestampMs,
      requestedTier: row.requested_tier ?? undefined,
    });
    if (priced.status === 'unpriced') return unpriced(priced.reason);
    if (!isPlausibleCost(priced.totalPicoUsd)) return unpriced('cost_too_large');
    const price = catalog.prices(priced.key)?.at(timestampMs)?.price;
    if (price === undefined) return unpriced('unknown_model');

    const kindBefore = isOtherModel
      ? kindOf(catalog.resolve({ provider: row.provider, model: row.model })?.prices.at(timestampMs)?.price.entry.mode)
      : undefined;
    const { unable, warnings } = fits({
      before,
      after,
      isOtherModel,
      kindBefore,
      price,
      maxOutputRequested: row.max_output_tokens,
    });
    if (isOtherModel && !row.lacked_fee && priced.approximate.includes('tool_fee_missing')) {
      unable.push('tool_not_supported');
    }
    if (unable.length > 0) return { verdict: 'unable', unable, warnings: unable };
    if (wanted.caching) {
      const all = textInput(after.tokens);
      if (all > 0 && all < terms.minTokens && wanted.caching.readTenThousandths > 0)
        warnings.push('below_cache_minimum');
      if (!terms.hasReadRate && (after.tokens.cacheRead ?? 0) > 0) warnings.push('no_cache_rate');
    } else if (targetFamily !== undefined && (before.tokens.cacheRead ?? 0) > 0) {
      if (targetFamily !== providerFamily(row.provider)) warnings.push('cache_carried_over');
    }
    const approximate =
      before.approximate.length > 0 ? [...before.approximate, ...priced.approximate] : priced.approximate;
    return { verdict: 'priced', afterPicoUsd: priced.totalPicoUsd, costs: priced.costs, approximate, warnings };
  };
}

const NO_CACHE = { minTokens: 0, chargesWrites: false, hasReadRate: false };
const known = new WeakMap<CompiledPrice, CacheTerms & { hasReadRate: boolean }>();

function cacheTerms(price: CompiledPrice | undefined): CacheTerms & { hasReadRate: boolean } {
  if (price === undefined) return NO_CACHE;
  const found = known.get(price);
  if (found) return found;
  const { bySlot } = price.store;
  const terms = {
    minTokens: price.entry.limits?.promptCacheMinTokens ?? 0,
    chargesWrites: bySlot.has('cacheWrite5m') || bySlot.has('cacheWrite1h'),
    hasReadRate: bySlot.has('cacheRead') || bySlot.has('cacheHit'),
  };
  known.set(price, terms);
  return terms;
}

/** What a reason of a call that cannot be priced means to a person, besides those of the price list. */
export const WHATIF_REASONS: Readonly<Record<string, string>> = {
  ...WHATIF_WARNINGS,
  usage_erased: 'The usage that the call reported is not kept any more, and its counts alone do not give a price.',
  unreadable: 'The usage that the call reported cannot be read.',
  cost_too_large: 'The call would cost more than 1,000,000 USD, which cannot be meant.',
};
