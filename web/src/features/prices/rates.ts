import { decimalText, parseDecimal, shiftDecimal } from '../../lib/decimal.ts';
import { exactUsd, formatUsd } from '../../lib/money.ts';

/**
 * Rates as people read them. They are kept in USD per single unit by the names of LiteLLM's price file; a rate per token is
 * read and written per million tokens, by moving the point of its text.
 */
export interface RateName {
  label: string;
  /** What the shown amount is for, e.g. `1M tokens`; undefined for a factor. */
  unit: string | undefined;
  /** Digits by which the point of the kept rate moves to the right. */
  shift: number;
}

const PER_TOKEN_SHIFT = 6;

const BASE_LABELS: Record<string, string> = {
  input_cost_per_token: 'Input',
  output_cost_per_token: 'Output',
  cache_read_input_token_cost: 'Cache read',
  cache_creation_input_token_cost: 'Cache write',
  cache_creation_input_token_cost_above_1hr: 'Cache write, 1 hour',
  input_cost_per_token_cache_hit: 'Cache hit',
  output_cost_per_reasoning_token: 'Reasoning',
  input_cost_per_audio_token: 'Audio input',
  output_cost_per_audio_token: 'Audio output',
  input_cost_per_image_token: 'Image input',
  output_cost_per_image_token: 'Image output',
  input_cost_per_video_token: 'Video input',
  output_cost_per_video_token: 'Video output',
  cache_read_input_audio_token_cost: 'Audio cache read',
  cache_read_input_image_token_cost: 'Image cache read',
  cache_creation_input_audio_token_cost: 'Audio cache write',
  citation_cost_per_token: 'Citations',
  input_cost_per_second: 'Input',
  output_cost_per_second: 'Output',
  input_cost_per_audio_per_second: 'Audio input',
  input_cost_per_video_per_second: 'Video input',
  output_cost_per_video_per_second: 'Video output',
  input_cost_per_image: 'Image input',
  output_cost_per_image: 'Image output',
  input_cost_per_pixel: 'Image input',
  output_cost_per_pixel: 'Image output',
  input_cost_per_character: 'Input',
  output_cost_per_character: 'Output',
  input_cost_per_query: 'Query',
  input_cost_per_request: 'Request',
  ocr_cost_per_page: 'Page read',
  ocr_cost_per_credit: 'Credit',
  annotation_cost_per_page: 'Page annotated',
  code_interpreter_cost_per_session: 'Code interpreter',
  file_search_cost_per_1k_calls: 'File search',
  'search_context_cost_per_query.search_context_size_low': 'Web search, low context',
  'search_context_cost_per_query.search_context_size_medium': 'Web search, medium context',
  'search_context_cost_per_query.search_context_size_high': 'Web search, high context',
  'search_context_cost_per_prompt.search_context_size_low': 'Web search of a call, low context',
  'search_context_cost_per_prompt.search_context_size_medium': 'Web search of a call, medium context',
  'search_context_cost_per_prompt.search_context_size_high': 'Web search of a call, high context',
};

/** The rates that a form offers, those that most models have first. */
export const RATE_NAMES: readonly string[] = Object.keys(BASE_LABELS);
/** Always in the form of an override. */
export const USUAL_RATES = [
  'input_cost_per_token',
  'output_cost_per_token',
  'cache_read_input_token_cost',
  'cache_creation_input_token_cost',
] as const;

const UNITS: readonly [RegExp, string][] = [
  [/_per_1k_calls/, '1k calls'],
  [/_per_second/, 'second'],
  [/_per_image/, 'image'],
  [/_per_page/, 'page'],
  [/_per_credit/, 'credit'],
  [/_per_session/, 'session'],
  [/_per_query/, 'query'],
  [/_per_prompt/, 'call'],
  [/_per_request/, 'request'],
];

function unitOf(base: string): Pick<RateName, 'unit' | 'shift'> {
  if (/_per_(?:[a-z]+_)?token|_token_cost/.test(base)) return { unit: '1M tokens', shift: PER_TOKEN_SHIFT };
  if (/_per_character/.test(base)) return { unit: '1M characters', shift: PER_TOKEN_SHIFT };
  if (/_per_pixel/.test(base)) return { unit: '1M pixels', shift: PER_TOKEN_SHIFT };
  return { unit: UNITS.find(([pattern]) => pattern.test(base))?.[1] ?? 'unit', shift: 0 };
}

/** Conditions that are part of a name, each with the words for it. The first ones stand outermost. */
const CONDITIONS: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [/^off_peak_pricing\(([^)]*)\)\./, (match) => `off-peak ${match[1]} UTC`],
  [/^tiered_pricing\.results_(\d+)-(\d+)\./, (match) => `${match[1]} to ${match[2]} results`],
  [/^tiered_pricing\.(\d+)-(\d+)\./, (match) => `${grouped(match[1])} to ${grouped(match[2])} tokens`],
  [/_batches$/, () => 'batch'],
  [/_flex$/, () => 'flex'],
  [/_priority$/, () => 'priority'],
  [/_above_(\d+)(k?)_tokens$/, (match) => `over ${grouped(match[1])}${match[2]} tokens`],
  [/_above_(\d+)s_interval$/, (match) => `every ${match[1]} s or more`],
  [/(?<=_per_second)_(\d{3,4}p|\dk)$/, (match) => match[1] ?? ''],
];

const grouped = (digits: string | undefined) => (digits ?? '').replace(/\B(?=(\d{3})+$)/g, ',');

const sentence = (name: string) => {
  const words = name.replace(/[._]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The name without its conditions, and the words for these. */
function splitName(name: string): { base: string; conditions: string[] } {
  let base = name;
  const conditions: string[] = [];
  for (const [pattern, words] of CONDITIONS) {
    const match = pattern.exec(base);
    if (!match) continue;
    base = base.slice(0, match.index) + base.slice(match.index + match[0].length);
    conditions.unshift(words(match));
  }
  return { base, conditions };
}

/** `input_cost_per_token_above_200k_tokens_batches` → `Input · over 200k tokens · batch`, per 1M tokens. */
export function describeRate(name: string): RateName {
  const factor = /^(?:regional_processing_uplift_multiplier_|provider_specific_entry\.)(.+)$/.exec(name)?.[1];
  if (factor !== undefined) return { label: `Factor for “${factor}”`, unit: undefined, shift: 0 };
  if (name === 'regional_endpoint_uplift_multiplier') return { label: 'Factor for regions', unit: undefined, shift: 0 };
  const { base, conditions } = splitName(name);
  return { label: [BASE_LABELS[base] ?? sentence(base), ...conditions].join(' · '), ...unitOf(base) };
}

/** The rate in the unit that people read: `0.00000025` per token as `0.25` per million. */
export const shownRate = (name: string, kept: string): string =>
  decimalText(shiftDecimal(parseDecimal(kept), describeRate(name).shift));

/**
 * The rate as it is kept, from what somebody typed: `0.25`, `$0.25`, `1,200`, `.5`.
 * @returns undefined for what is not a plain decimal
 */
export function keptRate(name: string, typed: string): string | undefined {
  const text = typed
    .trim()
    .replace(/^\$/, '')
    .replace(/,(?=\d{3}(?:\D|$))/g, '')
    .replace(/^(?=\.)/, '0')
    .replace(/\.$/, '');
  try {
    return decimalText(shiftDecimal(parseDecimal(text), -describeRate(name).shift));
  } catch {
    return undefined;
  }
}

/** Rates are short: more decimals than this are rare and stand in the title. */
const SHOWN_PLACES = 6;

/** A rate in its shown unit, all its digits as far as they are few: `$0.075`, `$15.00`, `×1.1`. */
export function formatRate(name: string, kept: string): string {
  const shown = shownRate(name, kept);
  if (describeRate(name).unit === undefined) return `×${shown}`;
  const fraction = shown.split('.')[1] ?? '';
  return fraction.length <= SHOWN_PLACES ? exactUsd(shown) : formatUsd(shown, SHOWN_PLACES);
}

/** `$0.25 per 1M tokens` with every digit, and the price file's own name and figure. */
export function rateTitle(name: string, kept: string): string {
  const { label, unit } = describeRate(name);
  const shown = shownRate(name, kept);
  const amount = unit === undefined ? `×${shown}` : `${exactUsd(shown)} per ${unit}`;
  return `${label}: ${amount} (${name} = ${kept})`;
}

/** Rates in the order in which people look for them: the base rates, the usual ones first; then those with conditions. */
export function orderedRates(rates: Readonly<Record<string, string>>): [name: string, kept: string][] {
  const rank = (name: string) => {
    const { base, conditions } = splitName(name);
    const index = RATE_NAMES.indexOf(base);
    return (conditions.length > 0 ? RATE_NAMES.length : 0) + (index === -1 ? RATE_NAMES.length * 2 : index);
  };
  return Object.entries(rates).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
