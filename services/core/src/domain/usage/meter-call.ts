import type { UsageRecord } from '../../contract/usage.ts';
import type { Catalog } from '../../cost/catalog.ts';
import { COST_CLASSES, type CostByClass, type CostClass } from '../../cost/classes.ts';
import { priceUsage } from '../../cost/price-usage.ts';
import type { CostColumn } from '../../db/columns.ts';
import { type NormalUsage, TOKEN_CLASSES, TOOL_CLASSES, type TokenClass } from '../../usage/normal-form.ts';
import { readUsage } from '../../usage/read-usage.ts';
import type { UsageSource } from '../../usage/sources.ts';
import { tokenColumnOf } from './class-columns.ts';
import type { PreparedRecord, RefusedRecord } from './prepared-record.ts';

/** What a call used and what that costs: the part of a record that is worked out, not said. */
export type Metered = Pick<
  PreparedRecord,
  | 'costStatus'
  | 'tokens'
  | 'costs'
  | 'totalPicoUsd'
  | 'priceVersionId'
  | 'priceMatch'
  | 'approximate'
  | 'tools'
  | 'serviceTier'
  | 'speed'
  | 'region'
> & { reportedPicoUsd: bigint | undefined };

/** What is said of a call, as far as its cost depends on it. */
type SaidOfCall = {
  [Name in
    | 'model'
    | 'usage'
    | 'units'
    | 'status'
    | 'timeToFirstTokenMs'
    | 'serviceTier'
    | 'requestedTier'
    | 'speed'
    | 'region']?: UsageRecord[Name] | undefined;
} & Pick<UsageRecord, 'model'>;

/** By what it is priced: an organization's prices, with its own names for models. */
export interface Pricing {
  catalog: Catalog;
}

/** The most that one call may cost: sums of records stay inside 64 bits for long enough. 1e6 USD. */
const MAX_COST_PICO_USD = 1_000_000n * 10n ** 12n;

/**
 * A call that failed before its first token and reported nothing is taken to be unbilled, and says so. One that broke off
 * later was billed, nobody knows how much: it is unreadable.
 */
const NO_USAGE_REPORTED = 'no_usage_reported';

/** Counts what a call used and what that costs at the price of its day. */
export function meterCall(
  given: SaidOfCall,
  call: { source: UsageSource; provider: string; ts: Date } & Pricing,
): Metered | RefusedRecord {
  const answered = given.timeToFirstTokenMs !== undefined;
  if (given.usage === undefined && given.units === undefined && given.status === 'error' && !answered) {
    return metered(given, undefined, { costStatus: 'priced', totalPicoUsd: 0n, approximate: [NO_USAGE_REPORTED] });
  }
  const reading = readUsage({
    source: call.source,
    usage: given.usage,
    provider: call.provider,
    serviceTier: given.serviceTier,
    speed: given.speed,
    region: given.region,
    units: given.units,
  });
  if (reading.status === 'rejected') {
    return { code: 'invalid_usage', field: usagePath(reading.field), message: reading.message };
  }
  if (reading.status === 'unreadable') {
    return metered(given, undefined, { costStatus: 'unreadable', priceMatch: reading.reason });
  }
  const { usage } = reading;
  const priced = priceUsage(call.catalog, {
    provider: call.provider,
    model: given.model,
    usage,
    timestampMs: call.ts.getTime(),
    requestedTier: given.requestedTier,
  });
  if (priced.status === 'unpriced') {
    return metered(given, usage, {
      costStatus: 'unpriced',
      priceMatch: priced.reason,
      approximate: usage.approximate,
    });
  }
  if (priced.totalPicoUsd > MAX_COST_PICO_USD) {
    return { code: 'cost_too_large', field: 'usage', message: 'the call would cost more than 1,000,000 USD' };
  }
  return metered(given, usage, {
    costStatus: 'priced',
    costs: costsByColumn(priced.costs),
    totalPicoUsd: priced.totalPicoUsd,
    priceVersionId: Number(priced.priceVersion),
    priceMatch: priced.matchedBy,
    approximate: priced.approximate.length === 0 ? usage.approximate : [...usage.approximate, ...priced.approximate],
  });
}

type Cost = Pick<Metered, 'costStatus'> &
  Partial<Pick<Metered, 'costs' | 'totalPicoUsd' | 'priceVersionId' | 'priceMatch' | 'approximate'>>;

/** One literal, as in `prepare-record.ts` and for the same reason. */
const metered = (given: SaidOfCall, usage: NormalUsage | undefined, cost: Cost): Metered => ({
  costStatus: cost.costStatus,
  tokens: usage ? tokensByColumn(usage) : {},
  costs: cost.costs ?? {},
  totalPicoUsd: cost.totalPicoUsd ?? null,
  reportedPicoUsd: isPlausibleCost(usage?.reportedCostPicoUsd) ? usage.reportedCostPicoUsd : undefined,
  priceVersionId: cost.priceVersionId ?? null,
  priceMatch: cost.priceMatch ?? null,
  approximate: cost.approximate ?? [],
  tools: usage?.tools && Object.keys(usage.tools).length > 0 ? usage.tools : null,
  serviceTier: usage?.serviceTier ?? given.serviceTier ?? null,
  speed: usage?.speed ?? given.speed ?? null,
  region: usage?.region ?? given.region ?? null,
});

/**
 * Whether a provider's own figure can be a call's cost. One beyond all calls is an odd value of a sender: it is left out,
 * since a column would overflow and the call is paid nevertheless.
 */
export const isPlausibleCost = (amountPicoUsd: bigint | undefined): amountPicoUsd is bigint =>
  amountPicoUsd !== undefined && amountPicoUsd >= 0n && amountPicoUsd <= MAX_COST_PICO_USD;

/** Readers name what is inside the usage object; units stand beside it in the record. */
const usagePath = (field: string) => (/^(usage|units)\b/.test(field) ? field : `usage.${field}`);

function tokensByColumn(usage: NormalUsage): PreparedRecord['tokens'] {
  const tokens: PreparedRecord['tokens'] = {};
  for (const name of TOKEN_CLASSES) {
    const count = usage.tokens[name];
    if (count) tokens[tokenColumnOf(name)] = count;
  }
  return tokens;
}

const TOKEN_SET: ReadonlySet<string> = new Set(TOKEN_CLASSES);
const TOOL_SET: ReadonlySet<string> = new Set(TOOL_CLASSES);

/** Tokens by class; units and tools each as one sum, whose parts the price version explains. */
function columnOf(costClass: CostClass): CostColumn {
  if (TOKEN_SET.has(costClass)) return tokenColumnOf(costClass as TokenClass);
  return TOOL_SET.has(costClass) ? 'tools' : 'units';
}

const COST_COLUMN = new Map(COST_CLASSES.map((name) => [name, columnOf(name)]));

/** As the record has them. */
export function costsByColumn(costs: CostByClass): PreparedRecord['costs'] {
  const sums: PreparedRecord['costs'] = {};
  for (const [name, amount] of Object.entries(costs)) {
    const column = COST_COLUMN.get(name as CostClass) ?? 'units';
    sums[column] = (sums[column] ?? 0n) + amount;
  }
  return sums;
}
