/**
 * The names of rates.
 *
 * A price is a flat map of field name → decimal text. The names are those of LiteLLM's
 * `model_prices_and_context_window.json`, where conditions are part of the name already
 * (`input_cost_per_token_above_200k_tokens_priority`); what that file nests becomes part of the name too, so that a
 * price is one flat object that can be stored, compared and overridden field by field:
 *
 *     search_context_cost_per_query.search_context_size_low      fee of one search
 *     search_context_cost_per_prompt.search_context_size_low     fee of a call that searched, however often
 *     tiered_pricing.0-32000.input_cost_per_token                rate of prompts above 0 and up to 32,000 tokens
 *     tiered_pricing.results_0-25.input_cost_per_query           rate of searches for 0 to 25 results
 *     off_peak_pricing(16:30-00:30).input_cost_per_token         rate in a daily window of UTC
 *     provider_specific_entry.us                                 multiplier
 */
import type { SearchContextSize } from '../usage/normal-form.ts';
import type { CostClass } from './classes.ts';

/** Service tiers with rates of their own. `standard` has no suffix. */
export const PRICE_TIERS = ['standard', 'batch', 'flex', 'priority'] as const;

export type PriceTier = (typeof PRICE_TIERS)[number];

const TIER_SUFFIXES: Record<string, PriceTier> = { batches: 'batch', flex: 'flex', priority: 'priority' };

/** Where a rate applies. One class can have two slots where the file has two names for the same thing. */
export type RateSlot =
  | Exclude<CostClass, 'seconds' | 'pixels' | 'webSearches'>
  | 'cacheHit'
  | 'inputSeconds'
  | 'outputSeconds'
  | 'inputPixels'
  | 'outputPixels'
  | `webSearches.${SearchContextSize}`
  | `webSearchPrompts.${SearchContextSize}`;

const BASE_NAMES: Record<string, RateSlot> = {
  input_cost_per_token: 'input',
  cache_read_input_token_cost: 'cacheRead',
  input_cost_per_token_cache_hit: 'cacheHit',
  cache_creation_input_token_cost: 'cacheWrite5m',
  cache_creation_input_token_cost_above_1hr: 'cacheWrite1h',
  input_cost_per_audio_token: 'inputAudio',
  input_cost_per_image_token: 'inputImage',
  input_cost_per_video_token: 'inputVideo',
  cache_read_input_audio_token_cost: 'cacheReadAudio',
  cache_read_input_image_token_cost: 'cacheReadImage',
  cache_creation_input_audio_token_cost: 'cacheWriteAudio',
  output_cost_per_token: 'output',
  output_cost_per_reasoning_token: 'reasoning',
  output_cost_per_audio_token: 'outputAudio',
  output_cost_per_image_token: 'outputImage',
  output_cost_per_video_token: 'outputVideo',
  citation_cost_per_token: 'citationTokens',
  input_cost_per_second: 'inputSeconds',
  output_cost_per_second: 'outputSeconds',
  input_cost_per_audio_per_second: 'inputAudioSeconds',
  input_cost_per_video_per_second: 'inputVideoSeconds',
  output_cost_per_video_per_second: 'outputVideoSeconds',
  input_cost_per_image: 'inputImages',
  output_cost_per_image: 'outputImages',
  input_cost_per_pixel: 'inputPixels',
  output_cost_per_pixel: 'outputPixels',
  input_cost_per_character: 'inputCharacters',
  output_cost_per_character: 'outputCharacters',
  ocr_cost_per_page: 'pages',
  annotation_cost_per_page: 'annotatedPages',
  ocr_cost_per_credit: 'credits',
  input_cost_per_query: 'queries',
  input_cost_per_request: 'requests',
  code_interpreter_cost_per_session: 'codeInterpreterSessions',
  file_search_cost_per_1k_calls: 'fileSearches',
  'search_context_cost_per_query.search_context_size_low': 'webSearches.low',
  'search_context_cost_per_query.search_context_size_medium': 'webSearches.medium',
  'search_context_cost_per_query.search_context_size_high': 'webSearches.high',
  'search_context_cost_per_prompt.search_context_size_low': 'webSearchPrompts.low',
  'search_context_cost_per_prompt.search_context_size_medium': 'webSearchPrompts.medium',
  'search_context_cost_per_prompt.search_context_size_high': 'webSearchPrompts.high',
};

/** Older editions' names of the same fields. */
const OLDER_NAMES: Record<string, string> = {
  cache_read_input_token_cost_per_audio_token: 'cache_read_input_audio_token_cost',
  input_cost_per_token_batch_requests: 'input_cost_per_token_batches',
};

const TOKEN_NAME = /_per_(?:[a-z]+_)?token|_token_cost/;
const TIER = /_(batches|flex|priority)$/;
const SIZE = /_above_(\d{1,9})(k?)_tokens$/;
const INTERVAL = /_above_(\d{1,4})s_interval$/;
const RESOLUTION = /^(output_cost_per_second|output_cost_per_video_per_second)_(\d{3,4}p|\dk)$/;
const RANGE = /^tiered_pricing\.(results_)?(\d{1,10})-(\d{1,10})\.(.+)$/;
const OFF_PEAK = /^off_peak_pricing\(([^)]*)\)\.(.+)$/;
const UPLIFT = /^(?:regional_processing_uplift_multiplier_|provider_specific_entry\.)([A-Za-z0-9_-]{1,40})$/;

export interface RateField {
  kind: 'rate';
  slot: RateSlot;
  tier: PriceTier;
  /** Tokens that the prompt has to exceed; 0 for the base rate. */
  threshold: number;
  /** USD per token, which is what the upper limit of a rate applies to. */
  perToken: boolean;
  /** The rate is for this many units. */
  per: 1 | 1000;
  /** Seconds of video from which the rate applies. */
  intervalSeconds?: number;
  /** Video height such as `1080p`. */
  resolution?: string;
  /** `[over, up to]` tokens of the prompt. */
  promptRange?: [number, number];
  /** `[from, to]` results of a search. */
  resultsRange?: [number, number];
  /** The schedule in which the rate replaces the others. */
  offPeak?: string;
}

interface MultiplierField {
  kind: 'multiplier';
  /** The region or speed that it applies to; `*` is every region but the global one. */
  applies: string;
}

/** Undefined for a name that is not a rate in USD, or that this version does not know. */
export function parseFieldName(name: string): RateField | MultiplierField | undefined {
  const uplift = UPLIFT.exec(name);
  if (uplift?.[1] !== undefined) return { kind: 'multiplier', applies: uplift[1].toLowerCase() };
  if (name === 'regional_endpoint_uplift_multiplier') return { kind: 'multiplier', applies: '*' };

  const offPeak = OFF_PEAK.exec(name);
  if (offPeak?.[1] !== undefined && offPeak[2] !== undefined) {
    const field = parseRate(offPeak[2]);
    return field && { ...field, offPeak: offPeak[1] };
  }
  const range = RANGE.exec(name);
  if (range?.[4] !== undefined) {
    const field = parseRate(range[4]);
    const bounds: [number, number] = [Number(range[2]), Number(range[3])];
    return field && { ...field, ...(range[1] === undefined ? { promptRange: bounds } : { resultsRange: bounds }) };
  }
  return parseRate(name);
}

function parseRate(name: string): RateField | undefined {
  let rest = OLDER_NAMES[name] ?? name;
  const field: Omit<RateField, 'slot'> = { kind: 'rate', tier: 'standard', threshold: 0, perToken: false, per: 1 };

  const tier = TIER.exec(rest);
  if (tier?.[1] !== undefined) {
    field.tier = TIER_SUFFIXES[tier[1]] ?? 'standard';
    rest = rest.slice(0, tier.index);
  }
  const size = SIZE.exec(rest);
  if (size !== null) {
    field.threshold = Number(size[1]) * (size[2] === 'k' ? 1000 : 1);
    rest = rest.slice(0, size.index);
  }
  const interval = INTERVAL.exec(rest);
  if (interval !== null) {
    field.intervalSeconds = Number(interval[1]);
    rest = rest.slice(0, interval.index);
  }
  const resolution = RESOLUTION.exec(rest);
  if (resolution?.[1] !== undefined && resolution[2] !== undefined) {
    field.resolution = resolution[2];
    rest = resolution[1];
  }
  const slot = BASE_NAMES[rest];
  if (slot === undefined) return undefined;
  field.perToken = TOKEN_NAME.test(rest);
  field.per = slot === 'fileSearches' ? 1000 : 1;
  return { ...field, slot };
}
