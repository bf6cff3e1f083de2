import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import type { UsageRecordTable } from '../../db/tables.ts';
import { isUsageSource } from '../../usage/sources.ts';
import { tokenClassOf } from './class-columns.ts';
import { type Metered, meterCall, type Pricing } from './meter-call.ts';

/** Names and columns side by side: a text made for each class of each record would cost more than pricing it. */
const TOKENS = TOKEN_COLUMNS.map((name) => [name, `${name}_tokens`] as const);
const COSTS = COST_COLUMNS.map((name) => [name, `${name}_pico_usd`] as const);

/** The columns that metering a record fills. */
export const METERED_COLUMNS = [
  'price_version_id',
  'cost_status',
  ...TOKENS.map(([, column]) => column),
  ...COSTS.map(([, column]) => column),
  'total_pico_usd',
  'reported_pico_usd',
  'price_match',
  'service_tier',
  'speed',
  'region',
  'approximate',
  'tools',
] as const;

/** What it reads besides them. */
const GIVEN_COLUMNS = [
  'ts',
  'source',
  'provider',
  'model',
  'status',
  'time_to_first_token_ms',
  'requested_tier',
  'units',
  'raw_usage',
] as const;

export const REMETER_COLUMNS = [...METERED_COLUMNS, ...GIVEN_COLUMNS] as const;

export type MeteredRow = Pick<UsageRecordTable, (typeof METERED_COLUMNS)[number]>;
export type RemeterRow = Pick<UsageRecordTable, (typeof REMETER_COLUMNS)[number]>;

/** A stored record's usage and cost, all of it. */
export type Remetered = Omit<Metered, 'reportedPicoUsd'> & { reportedPicoUsd: bigint | null };

/**
 * Reads the raw usage of a stored record and prices it, as if it came in now but at its own time.
 *
 * What was stored as tier, speed and region is what the provider had said in the usage object, or else what the sender
 * said: given again beside the object it comes out the same, unless today's reader finds another in the object.
 * @returns `undefined` where the record is better left as it is: its usage is not kept any more and cannot be priced
 * without, or the new figures are not credible
 */
export function remeterRecord(row: RemeterRow, pricing: Pricing): Remetered | undefined {
  if (!isUsageSource(row.source)) return undefined;
  const given = {
    model: row.model,
    units: row.units ?? undefined,
    status: row.status,
    timeToFirstTokenMs: row.time_to_first_token_ms ?? undefined,
    serviceTier: row.service_tier ?? undefined,
    requestedTier: row.requested_tier ?? undefined,
    speed: row.speed ?? undefined,
    region: row.region ?? undefined,
  };
  const call = { provider: row.provider, ts: row.ts, ...pricing };
  if (row.raw_usage !== null) {
    return complete(meterCall({ ...given, usage: row.raw_usage }, { ...call, source: row.source }), row);
  }
  // Some calls report no usage object; of others it was erased. Either way nothing may be lost that is known.
  const tokens = tokensByClass(row);
  const unitsErased = row.units_pico_usd !== null && row.units === null;
  if (row.cost_status === 'unreadable' || row.tools !== null || unitsErased) return undefined;
  const metered = complete(
    tokens
      ? meterCall({ ...given, usage: { tokens } }, { ...call, source: 'normalized' })
      : meterCall(given, { ...call, source: row.source }),
    row,
  );
  if (metered === undefined || (metered.costStatus !== 'priced' && row.cost_status === 'priced')) return undefined;
  return tokens
    ? { ...metered, approximate: [...new Set([...(row.approximate ?? []), ...metered.approximate])] }
    : metered;
}

function complete(metered: ReturnType<typeof meterCall>, row: RemeterRow): Remetered | undefined {
  if ('code' in metered) return undefined;
  return { ...metered, reportedPicoUsd: metered.reportedPicoUsd ?? row.reported_pico_usd };
}

/** The counts of a row by class; `undefined` where there are none. */
export function tokensByClass(row: MeteredRow): Record<string, number> | undefined {
  const tokens: Record<string, number> = {};
  for (const [name, column] of TOKENS) {
    const count = row[column];
    if (count !== null) tokens[tokenClassOf(name)] = count;
  }
  return Object.keys(tokens).length > 0 ? tokens : undefined;
}

/** The figures of a row in the form in which metering gives them. */
export function meteringOf(row: MeteredRow): Remetered {
  const tokens: Remetered['tokens'] = {};
  const costs: Remetered['costs'] = {};
  for (const [name, column] of TOKENS) {
    const count = row[column];
    if (count !== null) tokens[name] = count;
  }
  for (const [name, column] of COSTS) {
    const cost = row[column];
    if (cost !== null) costs[name] = cost;
  }
  return {
    costStatus: row.cost_status,
    tokens,
    costs,
    totalPicoUsd: row.total_pico_usd,
    reportedPicoUsd: row.reported_pico_usd,
    priceVersionId: row.price_version_id,
    priceMatch: row.price_match,
    approximate: row.approximate ?? [],
    tools: row.tools,
    serviceTier: row.service_tier,
    speed: row.speed,
    region: row.region,
  };
}

/** Whether a record would be stored with the same figures, reasons included. */
export function isMeteredAlike(row: MeteredRow, metered: Remetered): boolean {
  if (
    row.cost_status !== metered.costStatus ||
    row.total_pico_usd !== metered.totalPicoUsd ||
    row.price_version_id !== metered.priceVersionId ||
    row.price_match !== metered.priceMatch ||
    row.reported_pico_usd !== metered.reportedPicoUsd ||
    row.service_tier !== metered.serviceTier ||
    row.speed !== metered.speed ||
    row.region !== metered.region
  )
    return false;
  for (const [name, column] of TOKENS) {
    if ((row[column] ?? undefined) !== metered.tokens[name]) return false;
  }
  for (const [name, column] of COSTS) {
    if ((row[column] ?? undefined) !== metered.costs[name]) return false;
  }
  return sameList(row.approximate ?? [], metered.approximate) && sameCounts(row.tools, metered.tools);
}

const sameList = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((value, i) => value === b[i]);

function sameCounts(a: Record<string, number> | null, b: Record<string, number> | null): boolean {
  if (a === null || b === null) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
