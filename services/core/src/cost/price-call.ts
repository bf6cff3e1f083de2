import {
  INPUT_TOKEN_CLASSES,
  type NormalUsage,
  promptTokens,
  type TokenClass,
  UNIT_CLASSES,
} from '../usage/normal-form.ts';
import { type Approximation, note, type UnpricedReason } from './approximations.ts';
import { type Billable, billTools, billUnits, type ChargedTokens } from './billable-units.ts';
import { COST_CLASSES, type CostByClass, type CostClass } from './classes.ts';
import { type CompiledPrice, selectTable } from './compiled-price.ts';
import { formatDecimal, RATE_DECIMALS } from './decimal.ts';
import { chargePicoUsd, formatRate } from './rate.ts';
import type { RateTable } from './rate-table.ts';
import { priceTier } from './service-tier.ts';

export interface CallContext {
  /** When the call was made, in milliseconds since 1970 UTC. */
  timestampMs: number;
  /** The tier that was asked for; used, and marked, only where the usage does not say which was served. */
  requestedTier?: string | undefined;
  /** The provider's price for tools that it lists apart from its models. */
  toolFees?: CompiledPrice | undefined;
}

export interface PricedCall {
  status: 'priced';
  costs: CostByClass;
  /** The sum of `costs`. */
  totalPicoUsd: bigint;
  approximate: Approximation[];
}

interface UnpricedCall {
  status: 'unpriced';
  reason: UnpricedReason;
  /** The class that the reason is about, if it is about one. */
  costClass?: CostClass;
}

/** One line of a bill: `quantity` × `rateUsd` × factors = `amountPicoUsd`. */
export interface CostLine {
  costClass: CostClass;
  quantity: number;
  /** USD per unit, a plain decimal. */
  rateUsd: string;
  /** The field of the price that the rate is from. */
  field: string;
  factors: { applies: string; factor: string }[];
  amountPicoUsd: bigint;
  approximate: readonly Approximation[];
}

type Bill = { billables: Billable[]; approximate: Approximation[] };

/**
 * Prices one call: each class rounded once to 1e-12 USD, half to even, the total their sum.
 *
 * Unpriced, never 0, where the price has no rate for something that was used (`missing_rate`) or the quantity that it is
 * billed by is not known (`missing_quantity`).
 */
export function priceCall(price: CompiledPrice, usage: NormalUsage, context: CallContext): PricedCall | UnpricedCall {
  const bill = billCall(price, usage, context);
  if ('status' in bill) return bill;
  const costs: CostByClass = {};
  let totalPicoUsd = 0n;
  for (const { costClass, quantity, rate } of bill.billables) {
    const amount = chargePicoUsd(quantity, rate);
    costs[costClass] = amount;
    totalPicoUsd += amount;
  }
  return { status: 'priced', costs, totalPicoUsd, approximate: bill.approximate };
}

/** The lines behind `priceCall`'s amounts, in the order of the classes; empty where the call is unpriced. */
export function explainCall(price: CompiledPrice, usage: NormalUsage, context: CallContext): CostLine[] {
  const bill = billCall(price, usage, context);
  if ('status' in bill) return [];
  return bill.billables
    .map(({ costClass, quantity, rate }) => ({
      costClass,
      quantity,
      rateUsd: formatRate(rate),
      field: rate.field,
      factors: rate.factors.map(({ applies, value }) => ({ applies, factor: formatDecimal(value, RATE_DECIMALS) })),
      amountPicoUsd: chargePicoUsd(quantity, rate),
      approximate: rate.marks,
    }))
    .sort((a, b) => COST_CLASSES.indexOf(a.costClass) - COST_CLASSES.indexOf(b.costClass));
}

function billCall(price: CompiledPrice, usage: NormalUsage, context: CallContext): Bill | UnpricedCall {
  const approximate: Approximation[] = [];
  const tier = priceTier(usage.serviceTier, context.requestedTier, approximate);
  const table = selectTable(price, {
    promptTokens: promptTokens(usage.tokens),
    tier,
    timestampMs: context.timestampMs,
    region: usage.region,
    speed: usage.speed,
  });
  if (!isSpeedKnown(price, usage.speed)) note(approximate, 'speed_rate_missing');

  const { billables, unrated } = billTokens(table, usage);
  if (usage.units !== undefined || unrated !== undefined || price.chargesUnits) {
    const charged = chargedTokens(billables);
    const units = billUnits({ price, table, usage, charged, approximate });
    const unpriced = findGap(price, usage, charged, units, unrated);
    if (unpriced !== undefined) return unpriced;
    billables.push(...units);
  }
  if (usage.tools !== undefined) billables.push(...billTools(table, usage, context.toolFees, approximate));
  for (const { rate } of billables) {
    for (const mark of rate.marks) note(approximate, mark);
  }
  return { billables, approximate };
}

function billTokens(table: RateTable, usage: NormalUsage): { billables: Billable[]; unrated: TokenClass | undefined } {
  const billables: Billable[] = [];
  let unrated: TokenClass | undefined;
  for (const name in usage.tokens) {
    const costClass = name as TokenClass;
    const quantity = usage.tokens[costClass] ?? 0;
    if (quantity === 0) continue;
    const rate = table.rates[costClass];
    // Where images are charged by the piece, the text rate is no substitute for their tokens.
    const byPiece =
      costClass === 'outputImage' && rate?.marks.includes('image_at_text_rate') && table.rates.outputImages;
    if (rate === undefined || byPiece) unrated ??= costClass;
    else billables.push({ costClass, quantity, rate });
  }
  return { billables, unrated };
}

const PROMPT_CLASSES: ReadonlySet<CostClass> = new Set(INPUT_TOKEN_CLASSES);

function chargedTokens(billables: readonly Billable[]): ChargedTokens {
  const classes = new Set<CostClass>();
  let prompt = false;
  let completion = false;
  for (const { costClass, rate } of billables) {
    if (rate.value === 0n) continue;
    classes.add(costClass);
    if (PROMPT_CLASSES.has(costClass)) prompt = true;
    else completion = true;
  }
  return { prompt, completion, classes };
}

/** What keeps the call from having a cost: something used that has no rate, or a rate whose quantity is not known. */
function findGap(
  price: CompiledPrice,
  usage: NormalUsage,
  charged: ChargedTokens,
  units: readonly Billable[],
  unrated: TokenClass | undefined,
): UnpricedCall | undefined {
  if (units.some(({ rate }) => rate.value > 0n)) return undefined;
  if (unrated !== undefined) {
    return { status: 'unpriced', reason: price.chargesUnits ? 'missing_quantity' : 'missing_rate', costClass: unrated };
  }
  if (charged.classes.size > 0) return undefined;
  if (price.chargesUnits && !price.chargesTokens) return { status: 'unpriced', reason: 'missing_quantity' };
  const unit = UNIT_CLASSES.find((name) => (usage.units?.[name] ?? 0) > 0);
  if (unit !== undefined && units.length === 0) return { status: 'unpriced', reason: 'missing_rate', costClass: unit };
  return undefined;
}

function isSpeedKnown(price: CompiledPrice, speed: string | undefined): boolean {
  const mode = speed?.toLowerCase() ?? '';
  return mode === '' || mode === 'standard' || mode === 'default' || price.store.factors.has(mode);
}
