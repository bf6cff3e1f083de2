import type { Catalog } from '../cost/catalog.ts';
import { COST_CLASSES, type CostByClass } from '../cost/classes.ts';
import { formatPicoUsd } from '../cost/money.ts';
import { explainUsage, type PricingRecord, priceUsage } from '../cost/price-usage.ts';
import type { NormalUsage, ToolCounts, UnitCounts, UsageTraits } from '../usage/normal-form.ts';
import { readUsage, type UsageInput } from '../usage/read-usage.ts';
import { defaultProvider, isUsageSource } from '../usage/sources.ts';

type Json = Record<string, unknown>;

/** A field of a record that is not what it has to be. */
class BadRecord extends Error {
  readonly code: string;
  readonly field: string;

  constructor(code: string, field: string, message: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** Prices one line of input and returns one line of output, both without the line's end. Never throws. */
export function priceLine(catalog: Catalog, line: string, explain = false): string {
  return JSON.stringify(priceRecord(catalog, line, explain));
}

function priceRecord(catalog: Catalog, line: string, explain: boolean): Json {
  let id: unknown;
  try {
    const record = parseRecord(line);
    id = record.id;
    return { ...(id !== undefined && { id }), ...priceParsed(catalog, record, explain) };
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error;
    const { code, field, message } = error;
    return { ...(id !== undefined && { id }), status: 'rejected', code, ...(field !== '' && { field }), message };
  }
}

function priceParsed(catalog: Catalog, record: Json, explain: boolean): Json {
  const input = readInput(record);
  const model = requiredText(record, 'model');
  const provider = input.provider ?? defaultProvider(input.source);
  const timestampMs = readTimestamp(record.timestamp);
  const requestedTier = optionalText(record, 'requestedTier');
  const read = readUsage({ ...input, provider });
  if (read.status !== 'read') return { ...read, model };

  const pricing: PricingRecord = { provider, model, usage: read.usage, timestampMs, requestedTier };
  const priced = priceUsage(catalog, pricing);
  const facts = { ...usageFacts(read.usage) };
  if (priced.status === 'unpriced') {
    const { reason, key, matchedBy, costClass } = priced;
    return { status: 'unpriced', reason, model: key ?? null, matchedBy: matchedBy ?? null, costClass, ...facts };
  }
  return {
    status: 'priced',
    model: priced.key,
    matchedBy: priced.matchedBy,
    priceVersion: priced.priceVersion,
    ...facts,
    cost: formatCosts(priced.costs),
    total: formatPicoUsd(priced.totalPicoUsd),
    approximate: [...read.usage.approximate, ...priced.approximate],
    ...(explain && { lines: explainUsage(catalog, pricing).map(formatLine) }),
  };
}

function formatLine({ amountPicoUsd, ...line }: ReturnType<typeof explainUsage>[number]): Json {
  return { ...line, amountUsd: formatPicoUsd(amountPicoUsd) };
}

function usageFacts({ tokens, tools, units, serviceTier, reportedCostPicoUsd }: NormalUsage): Json {
  return {
    tokens,
    ...(tools !== undefined && { tools }),
    ...(units !== undefined && { units }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...(reportedCostPicoUsd !== undefined && { reportedCost: formatPicoUsd(reportedCostPicoUsd) }),
  };
}

function formatCosts(costs: CostByClass): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of COST_CLASSES) {
    const amount = costs[name];
    if (amount !== undefined) texts[name] = formatPicoUsd(amount);
  }
  return texts;
}

function parseRecord(line: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new BadRecord('not_json', '', 'the line is not JSON');
  }
  if (isObject(value)) return value;
  throw new BadRecord('not_an_object', '', 'the line is not a JSON object');
}

function readInput(record: Json): UsageInput {
  const source = requiredText(record, 'source');
  if (!isUsageSource(source)) throw new BadRecord('unknown_source', 'source', `${source} is not a known source`);
  return {
    source,
    usage: record.usage,
    provider: optionalText(record, 'provider'),
    serviceTier: optionalText(record, 'serviceTier'),
    speed: optionalText(record, 'speed'),
    region: optionalText(record, 'region'),
    tools: optionalCounts(record, 'tools') as ToolCounts | undefined,
    units: optionalCounts(record, 'units') as UnitCounts | undefined,
    traits: optionalObject(record, 'traits') as UsageTraits | undefined,
  };
}

function readTimestamp(value: unknown): number {
  if (value === undefined || value === null) return Date.now();
  const timestampMs = typeof value === 'number' ? value : Date.parse(String(value));
  if (Number.isFinite(timestampMs)) return timestampMs;
  throw new BadRecord('bad_timestamp', 'timestamp', 'timestamp must be an ISO 8601 time or milliseconds since 1970');
}

function requiredText(record: Json, name: string): string {
  const text = optionalText(record, name);
  if (text === undefined || text === '') throw new BadRecord('missing', name, `${name} is missing`);
  return text;
}

function optionalText(record: Json, name: string): string | undefined {
  const value = record[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new BadRecord('not_a_text', name, `${name} must be a text`);
}

function optionalObject(record: Json, name: string): Json | undefined {
  const value = record[name];
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return value;
  throw new BadRecord('not_an_object', name, `${name} must be an object`);
}

function optionalCounts(record: Json, name: string): Json | undefined {
  const counts = optionalObject(record, name);
  for (const [key, value] of Object.entries(counts ?? {})) {
    if (typeof value !== 'number')
      throw new BadRecord('not_a_number', `${name}.${key}`, `${name}.${key} must be a number`);
  }
  return counts;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
