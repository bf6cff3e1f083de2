import { formatDecimal, parseDecimal, RATE_DECIMALS } from './decimal.ts';
import { parseFieldName } from './field-name.ts';
import { compactSchedule, parseSchedule } from './off-peak.ts';

/**
 * The price of one model, as it is stored and shipped.
 *
 * `rates` maps field names (`field-name.ts`) to decimal texts: USD per single unit, or a plain factor for the names
 * that are multipliers. Texts, never numbers: a JSON number would become a float on its way.
 */
export interface CompactPriceEntry {
  /** LiteLLM's name of the provider, such as `vertex_ai-language-models`. */
  provider?: string;
  /** LiteLLM's mode: `chat`, `embedding`, `image_generation`, … */
  mode?: string;
  rates: Record<string, string>;
  limits?: PriceLimits;
}

/** Tokens. */
interface PriceLimits {
  maxInputTokens?: number;
  maxOutputTokens?: number;
  /** Only where the file has neither of the two. */
  maxTokens?: number;
  /** The shortest prompt that the provider caches. */
  promptCacheMinTokens?: number;
}

export type RefusalReason =
  | 'not_an_object'
  | 'not_a_number'
  | 'negative'
  | 'too_many_decimals'
  | 'above_limit'
  | 'unknown_field';

type CompactResult =
  | { status: 'accepted'; entry: CompactPriceEntry; unused: string[] }
  | { status: 'refused'; reason: RefusalReason; field: string };

const MAX_USD_PER_TOKEN = 10n ** BigInt(RATE_DECIMALS);
const MAX_USD_PER_UNIT = 1000n * MAX_USD_PER_TOKEN;
const MAX_MULTIPLIER = 100n * MAX_USD_PER_TOKEN;

/** Names of LiteLLM's file that are about money and still not rates in USD per unit of a call. */
const NOT_A_RATE = /dbu_cost_per_token$|^supports_|^metadata$/;
const ABOUT_MONEY = /cost|price|pricing|multiplier|provider_specific_entry/;

/** Modes of Google's providers, which bill a call that searched and not each of its searches. */
const BILLS_SEARCH_PER_PROMPT = /^(?:gemini|vertex_ai|vertex_ai-(?:language|embedding|image|video|text)-models)$/;

/**
 * Turns an entry of LiteLLM's file into the compact form. Numbers should come as their source text
 * (`parsePriceFile` does that): a number that went through a float keeps at most 17 digits.
 *
 * `unused` names the fields that look like money and are not understood; a rate that is negative, not a number,
 * above 1 USD per token (1,000 per other unit) or finer than 1e-24 USD refuses the entry.
 */
export function compactEntry(raw: unknown): CompactResult {
  if (!isObject(raw)) return { status: 'refused', reason: 'not_an_object', field: '' };
  const rates: Record<string, string> = {};
  const unused: string[] = [];
  for (const [name, value] of flatten(raw)) {
    if (value === null || NOT_A_RATE.test(name)) continue;
    if (parseFieldName(name) === undefined) {
      if (ABOUT_MONEY.test(name)) unused.push(name);
      continue;
    }
    // A multiplier table also holds settings that are no numbers.
    if (name.startsWith('provider_specific_entry.') && !isNumeric(value)) continue;
    if (typeof value !== 'string' && typeof value !== 'number') {
      return { status: 'refused', reason: 'not_a_number', field: name };
    }
    const text = plainDecimal(String(value));
    const reason = checkRate(name, text);
    if (reason !== undefined) return { status: 'refused', reason, field: name };
    rates[name] = text;
  }
  const entry: CompactPriceEntry = { rates };
  if (typeof raw.litellm_provider === 'string') entry.provider = raw.litellm_provider;
  if (typeof raw.mode === 'string') entry.mode = raw.mode;
  const limits = readLimits(raw);
  if (limits !== undefined) entry.limits = limits;
  return { status: 'accepted', entry, unused };
}

/** Checks an entry that is already compact (an import, an override) by the same rules. */
export function validateEntry(value: unknown): CompactResult {
  if (!isObject(value) || !isObject(value.rates)) return { status: 'refused', reason: 'not_an_object', field: '' };
  const rates: Record<string, string> = {};
  for (const [name, rate] of Object.entries(value.rates)) {
    if (parseFieldName(name) === undefined) return { status: 'refused', reason: 'unknown_field', field: name };
    if (typeof rate !== 'string') return { status: 'refused', reason: 'not_a_number', field: name };
    const reason = checkRate(name, rate);
    if (reason !== undefined) return { status: 'refused', reason, field: name };
    rates[name] = rate;
  }
  const entry: CompactPriceEntry = { rates };
  if (typeof value.provider === 'string') entry.provider = value.provider;
  if (typeof value.mode === 'string') entry.mode = value.mode;
  if (isObject(value.limits)) {
    const limits: PriceLimits = {};
    for (const name of ['maxInputTokens', 'maxOutputTokens', 'maxTokens', 'promptCacheMinTokens'] as const) {
      const limit = value.limits[name];
      if (typeof limit === 'number' || typeof limit === 'string') setLimit(limits, name, limit);
    }
    if (Object.keys(limits).length > 0) entry.limits = limits;
  }
  return { status: 'accepted', entry, unused: [] };
}

/** Checks one rate, as an override sets it; undefined where it is good. */
export function checkRate(name: string, text: string): RefusalReason | undefined {
  const field = parseFieldName(name);
  if (field === undefined) return 'unknown_field';
  if (field.kind === 'rate' && field.offPeak !== undefined && parseSchedule(field.offPeak) === undefined) {
    return 'unknown_field';
  }
  const rate = parseDecimal(text, RATE_DECIMALS);
  if (typeof rate === 'string') return rate;
  if (rate < 0n) return 'negative';
  const limit = field.kind === 'multiplier' ? MAX_MULTIPLIER : field.perToken ? MAX_USD_PER_TOKEN : MAX_USD_PER_UNIT;
  return rate > limit ? 'above_limit' : undefined;
}

/** LiteLLM's nested fields as flat names; everything else as it is. */
function* flatten(raw: Record<string, unknown>): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'search_context_cost_per_query' && isObject(value)) {
      const unit = searchBillingUnit(raw);
      for (const [size, rate] of Object.entries(value)) yield [`search_context_cost_${unit}.${size}`, rate];
    } else if (name === 'tiered_pricing' && Array.isArray(value)) {
      yield* flattenTiers(value);
    } else if (name === 'off_peak_pricing' && isObject(value)) {
      yield* flattenOffPeak(value);
    } else if (name === 'provider_specific_entry' && isObject(value)) {
      for (const [key, factor] of Object.entries(value)) yield [`${name}.${key}`, factor];
    } else {
      yield [name, value];
    }
  }
}

function searchBillingUnit(raw: Record<string, unknown>): 'per_query' | 'per_prompt' {
  if (raw.web_search_billing_unit === 'per_query' || raw.web_search_billing_unit === 'per_prompt') {
    return raw.web_search_billing_unit;
  }
  return BILLS_SEARCH_PER_PROMPT.test(String(raw.litellm_provider)) ? 'per_prompt' : 'per_query';
}

function* flattenTiers(tiers: unknown[]): Generator<[string, unknown]> {
  for (const tier of tiers) {
    if (!isObject(tier)) continue;
    const { range, max_results_range: resultsRange, ...rates } = tier;
    const prefix = rangePrefix(range, '') ?? rangePrefix(resultsRange, 'results_');
    for (const [name, rate] of Object.entries(rates)) yield [`tiered_pricing.${prefix ?? '?'}.${name}`, rate];
  }
}

function rangePrefix(range: unknown, kind: string): string | undefined {
  if (!Array.isArray(range) || range.length !== 2) return undefined;
  const [from, to] = range.map(Number);
  return Number.isInteger(from) && Number.isInteger(to) ? `${kind}${from}-${to}` : undefined;
}

function* flattenOffPeak(block: Record<string, unknown>): Generator<[string, unknown]> {
  const { hours_utc, windows, weekday_timezone, rates, ...direct } = block;
  const schedule = compactSchedule({ hours_utc, windows, weekday_timezone });
  for (const [name, rate] of Object.entries({ ...direct, ...(isObject(rates) ? rates : {}) })) {
    yield [`off_peak_pricing(${schedule ?? '?'}).${name}`, rate];
  }
}

function readLimits(raw: Record<string, unknown>): PriceLimits | undefined {
  const limits: PriceLimits = {};
  setLimit(limits, 'maxInputTokens', raw.max_input_tokens);
  setLimit(limits, 'maxOutputTokens', raw.max_output_tokens);
  if (Object.keys(limits).length === 0) setLimit(limits, 'maxTokens', raw.max_tokens);
  setLimit(limits, 'promptCacheMinTokens', raw.prompt_cache_min_tokens);
  return Object.keys(limits).length > 0 ? limits : undefined;
}

function setLimit(limits: PriceLimits, name: keyof PriceLimits, value: unknown): void {
  if (!isNumeric(value)) return;
  const tokens = Number(value);
  if (Number.isSafeInteger(tokens) && tokens >= 0) limits[name] = tokens;
}

/** `2.50e-07` as `0.00000025`: one spelling for one value, so that editions compare by text. */
function plainDecimal(text: string): string {
  const value = parseDecimal(text.trim(), RATE_DECIMALS);
  return typeof value === 'bigint' ? formatDecimal(value, RATE_DECIMALS) : text;
}

function isNumeric(value: unknown): value is string | number {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && typeof parseDecimal(value, RATE_DECIMALS) === 'bigint';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
