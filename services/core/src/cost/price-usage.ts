import type { NormalUsage } from '../usage/normal-form.ts';
import type { Approximation, UnpricedReason } from './approximations.ts';
import type { Catalog, ModelAliases } from './catalog.ts';
import type { CostByClass, CostClass } from './classes.ts';
import type { MatchRule } from './model-index.ts';
import { type CallContext, type CostLine, explainCall, priceCall } from './price-call.ts';

/** A call to be priced. */
export interface PricingRecord {
  /** As the sender says it; undefined where it does not. */
  provider?: string | undefined;
  model: string;
  usage: NormalUsage;
  /** When the call was made, in milliseconds since 1970 UTC: it is priced by the version in effect then. */
  timestampMs: number;
  /** Used, and marked, only where the usage does not say which tier was served. */
  requestedTier?: string | undefined;
  aliases?: ModelAliases | undefined;
}

interface PricedUsage {
  status: 'priced';
  /** The model's key in the price list. */
  key: string;
  matchedBy: MatchRule;
  priceVersion: number | string;
  /** Which kind of version the id is of. */
  priceOrigin: 'list' | 'override';
  costs: CostByClass;
  totalPicoUsd: bigint;
  approximate: Approximation[];
}

interface UnpricedUsage {
  status: 'unpriced';
  reason: UnpricedReason;
  key?: string;
  matchedBy?: MatchRule;
  costClass?: CostClass;
}

/** Finds the model and its price at the time of the call, and prices it. */
export function priceUsage(catalog: Catalog, record: PricingRecord): PricedUsage | UnpricedUsage {
  const found = findPrice(catalog, record);
  if ('status' in found) return found;
  const { key, matchedBy, effective, context } = found;
  const priced = priceCall(effective.price, record.usage, context);
  if (priced.status === 'unpriced') return { ...priced, key, matchedBy };
  if (found.otherProvider) priced.approximate.unshift('other_provider_price');
  return {
    status: 'priced',
    key,
    matchedBy,
    priceVersion: effective.versionId,
    priceOrigin: effective.origin,
    costs: priced.costs,
    totalPicoUsd: priced.totalPicoUsd,
    approximate: priced.approximate,
  };
}

/** The lines behind the amounts of `priceUsage`; empty where the record is unpriced. */
export function explainUsage(catalog: Catalog, record: PricingRecord): CostLine[] {
  const found = findPrice(catalog, record);
  return 'status' in found ? [] : explainCall(found.effective.price, record.usage, found.context);
}

function findPrice(catalog: Catalog, record: PricingRecord) {
  const { provider, model, usage, timestampMs, aliases } = record;
  const resolved = catalog.resolve({ provider, model, region: usage.region, aliases, ...imageTraits(usage) });
  if (resolved === undefined) return unpriced('unknown_model');
  const { key, matchedBy, otherProvider } = resolved;
  const effective = resolved.prices.at(timestampMs);
  if (effective === undefined) return unpriced('no_price_at_time', key, matchedBy);
  if (effective.gap !== undefined) return unpriced(effective.gap, key, matchedBy);
  const context: CallContext = { timestampMs, requestedTier: record.requestedTier };
  if (usage.tools !== undefined) context.toolFees = catalog.toolFees(effective.price.entry.provider, timestampMs);
  return { key, matchedBy, otherProvider, effective, context };
}

function unpriced(reason: UnpricedReason, key?: string, matchedBy?: MatchRule): UnpricedUsage {
  return {
    status: 'unpriced',
    reason,
    ...(key !== undefined && { key }),
    ...(matchedBy !== undefined && { matchedBy }),
  };
}

/** Prices by image size apply to images that are counted; image tokens have one rate for all sizes. */
function imageTraits({ traits, units, tokens }: NormalUsage): { imageSize?: string; imageQuality?: string } {
  if (units?.outputImages === undefined || tokens.output !== undefined || tokens.outputImage !== undefined) return {};
  return {
    ...(traits?.imageSize !== undefined && { imageSize: traits.imageSize }),
    ...(traits?.imageQuality !== undefined && { imageQuality: traits.imageQuality }),
  };
}
