/**
 * Which rate applies to which class, once the size of the prompt, the service tier, the hour and the factors are known.
 */
import { SEARCH_CONTEXT_SIZES, type SearchContextSize, TOKEN_CLASSES, type TokenClass } from '../usage/normal-form.ts';
import type { Approximation } from './approximations.ts';
import type { CostClass } from './classes.ts';
import type { PriceTier, RateSlot } from './field-name.ts';
import { type Factor, makeRate, type Rate } from './rate.ts';
import { type ListedRate, listedRates, type RateStore } from './rate-store.ts';

interface TableConditions {
  tier: PriceTier;
  /** The sizes that the prompt exceeds, the largest first; the base rates come after them. */
  crossed: readonly number[];
  promptRange?: [number, number] | undefined;
  offPeak?: string | undefined;
  factors: readonly Factor[];
}

/** A rate that applies from a length, for a resolution or for a range of results. */
interface RateVariant {
  intervalSeconds?: number;
  resolution?: string;
  resultsRange?: [number, number];
  rate: Rate;
}

export interface RateTable {
  rates: Partial<Record<Exclude<CostClass, 'webSearches'>, Rate>>;
  variants: Partial<Record<Exclude<CostClass, 'webSearches'>, RateVariant[]>>;
  webSearch: { perPrompt: boolean; rates: Partial<Record<SearchContextSize, Rate>> } | undefined;
}

type Found = { listed: ListedRate; marks: Approximation[] };
type Substitute = { slots: RateSlot[]; mark?: Approximation };

/** Two names of one thing; the first that is listed counts. */
const SLOTS: Partial<Record<CostClass, RateSlot[]>> = {
  cacheRead: ['cacheRead', 'cacheHit'],
  seconds: ['inputSeconds', 'outputSeconds'],
  pixels: ['inputPixels', 'outputPixels'],
};

/** What is charged for a class of tokens that has no rate at all, in the order in which it is tried. */
const SUBSTITUTES: Partial<Record<TokenClass, Substitute[]>> = {
  cacheRead: [{ slots: ['input'], mark: 'cache_read_at_input_rate' }],
  cacheWrite5m: [{ slots: ['input'], mark: 'cache_write_at_input_rate' }],
  cacheWrite1h: [
    { slots: ['cacheWrite5m'], mark: 'cache_write_1h_at_5m_rate' },
    { slots: ['input'], mark: 'cache_write_at_input_rate' },
  ],
  inputAudio: [{ slots: ['input'], mark: 'audio_at_text_rate' }],
  // The file names a rate for images and video where it differs from that of text.
  inputImage: [{ slots: ['input'] }],
  inputVideo: [{ slots: ['input'] }],
  cacheReadAudio: [
    { slots: ['cacheRead', 'cacheHit'], mark: 'cached_media_at_text_cache_rate' },
    { slots: ['inputAudio'], mark: 'cache_read_at_input_rate' },
    { slots: ['input'], mark: 'cache_read_at_input_rate' },
  ],
  cacheReadImage: [
    { slots: ['cacheRead', 'cacheHit'], mark: 'cached_media_at_text_cache_rate' },
    { slots: ['inputImage'], mark: 'cache_read_at_input_rate' },
    { slots: ['input'], mark: 'cache_read_at_input_rate' },
  ],
  cacheWriteAudio: [
    { slots: ['cacheWrite5m'], mark: 'cached_media_at_text_cache_rate' },
    { slots: ['inputAudio'], mark: 'cache_write_at_input_rate' },
    { slots: ['input'], mark: 'cache_write_at_input_rate' },
  ],
  output: [{ slots: ['outputImage'], mark: 'text_at_image_rate' }],
  reasoning: [{ slots: ['output'] }],
  outputAudio: [{ slots: ['output'], mark: 'audio_at_text_rate' }],
  outputImage: [{ slots: ['output'], mark: 'image_at_text_rate' }],
  outputVideo: [{ slots: ['output'], mark: 'video_at_text_rate' }],
};

/** Classes whose rate in `tiered_pricing` is that of the same tier or its input rate, never the model's. */
const BOUND_TO_RANGE: ReadonlySet<CostClass> = new Set<CostClass>([
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
]);

const PLAIN_UNITS = [
  'inputAudioSeconds',
  'inputVideoSeconds',
  'outputVideoSeconds',
  'inputImages',
  'outputImages',
  'inputCharacters',
  'outputCharacters',
  'pages',
  'annotatedPages',
  'credits',
  'queries',
  'requests',
  'citationTokens',
  'fileSearches',
  'codeInterpreterSessions',
] as const satisfies CostClass[];

export function buildRateTable(store: RateStore, mode: string | undefined, conditions: TableConditions): RateTable {
  const table: RateTable = { rates: {}, variants: {}, webSearch: undefined };
  for (const name of TOKEN_CLASSES) {
    const found = findTokenRate(store, mode, name, conditions);
    if (found !== undefined) table.rates[name] = makeRate(found.listed, conditions.factors, found.marks);
  }
  for (const name of PLAIN_UNITS) addUnit(store, table, name, [name], conditions);
  addUnit(store, table, 'seconds', secondsSlots(store, mode), conditions);
  addUnit(store, table, 'pixels', chargedFirst(store, SLOTS.pixels ?? []), conditions);
  table.webSearch = findWebSearch(store, conditions);
  return table;
}

function findTokenRate(
  store: RateStore,
  mode: string | undefined,
  name: TokenClass,
  conditions: TableConditions,
): Found | undefined {
  if (name === 'reasoning' && followsOutput(store)) return findTokenRate(store, mode, 'output', conditions);
  const bound = conditions.promptRange !== undefined && BOUND_TO_RANGE.has(name);
  const own = findListed(store, SLOTS[name] ?? [name as RateSlot], conditions, bound);
  // Where a size lists only the 5-minute write, the 1-hour write of smaller prompts would cost less than that.
  const outdated = name === 'cacheWrite1h' && own?.marks.includes('size_rate_missing') === true;
  if (own !== undefined && !outdated) return own;
  for (const { slots, mark } of substitutes(name, mode)) {
    const sameRange = bound && slots[0] !== 'input' && slots[0] !== 'output';
    const found = findListed(store, slots, conditions, sameRange);
    if (found === undefined || (outdated && found.marks.includes('size_rate_missing'))) continue;
    return mark === undefined ? found : { ...found, marks: [...found.marks, mark] };
  }
  return own;
}

function substitutes(name: TokenClass, mode: string | undefined): readonly Substitute[] {
  // All output of an image model is image, whatever the usage object calls it.
  if (name === 'output' && !mode?.startsWith('image')) return [];
  // The realtime models bill images by token; the file has that rate under the name of a rate per image.
  if (name === 'inputImage' && mode === 'realtime')
    return [{ slots: ['inputImages'] }, ...(SUBSTITUTES.inputImage ?? [])];
  return SUBSTITUTES[name] ?? [];
}

/** The first listed rate of the slots: off peak, then by size and tier, the exact ones first. */
function findListed(
  store: RateStore,
  slots: readonly RateSlot[],
  conditions: TableConditions,
  onlyInRange: boolean,
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

function pick(
  store: RateStore,
  slots: readonly RateSlot[],
  conditions: Parameters<typeof listedRates>[2],
): ListedRate | undefined {
  for (const slot of slots) {
    const rate = listedRates(store, slot, conditions).find((listed) => !isVariant(listed));
    if (rate !== undefined) return rate;
  }
  return undefined;
}

function isVariant(rate: ListedRate): boolean {
  return rate.intervalSeconds !== undefined || rate.resolution !== undefined || rate.resultsRange !== undefined;
}

/** Reasoning is output where the file repeats the output rate for it: then it also moves with size and tier as it does. */
function followsOutput(store: RateStore): boolean {
  const reasoning = store.bySlot.get('reasoning');
  const base = reasoning?.find((rate) => rate.threshold === 0 && rate.tier === 'standard' && !rate.offPeak);
  const output = store.bySlot.get('output')?.find((rate) => rate.threshold === 0 && rate.tier === 'standard');
  return reasoning?.length === 1 && base !== undefined && base.value === output?.value && !base.promptRange;
}

function addUnit(
  store: RateStore,
  table: RateTable,
  name: Exclude<CostClass, TokenClass | 'webSearches'>,
  slots: readonly RateSlot[],
  conditions: TableConditions,
): void {
  const found = findListed(store, slots, conditions, false);
  if (found !== undefined) table.rates[name] = makeRate(found.listed, [], found.marks);
  const variants = slots
    .flatMap((slot) => store.bySlot.get(slot) ?? [])
    .filter((listed) => isVariant(listed) && listed.tier === 'standard' && listed.threshold === 0)
    .map((listed): RateVariant => ({ ...variantOf(listed), rate: makeRate(listed, [], []) }));
  if (variants.length > 0) table.variants[name] = variants;
}

function variantOf({ intervalSeconds, resolution, resultsRange }: ListedRate): Omit<RateVariant, 'rate'> {
  return {
    ...(intervalSeconds !== undefined && { intervalSeconds }),
    ...(resolution !== undefined && { resolution }),
    ...(resultsRange !== undefined && { resultsRange }),
  };
}

/**
 * Seconds are billed once: where a price lists them for input and for output, at the one that is not zero. Some prices
 * list the seconds of a transcription or a video under a longer name.
 */
function secondsSlots(store: RateStore, mode: string | undefined): RateSlot[] {
  const slots = chargedFirst(store, SLOTS.seconds ?? []);
  if (mode === 'audio_transcription') slots.push('inputAudioSeconds');
  if (mode === 'video_generation') slots.push('outputVideoSeconds');
  return slots;
}

function chargedFirst(store: RateStore, slots: readonly RateSlot[]): RateSlot[] {
  const charged = (slot: RateSlot) => (store.bySlot.get(slot) ?? []).some((rate) => rate.value > 0n);
  return [...slots.filter(charged), ...slots.filter((slot) => !charged(slot))];
}

function findWebSearch(store: RateStore, conditions: TableConditions): RateTable['webSearch'] {
  for (const kind of ['webSearches', 'webSearchPrompts'] as const) {
    const rates: Partial<Record<SearchContextSize, Rate>> = {};
    for (const size of SEARCH_CONTEXT_SIZES) {
      const found = findListed(store, [`${kind}.${size}`], { ...conditions, tier: 'standard' }, false);
      if (found !== undefined) rates[size] = makeRate(found.listed, [], []);
    }
    if (Object.keys(rates).length > 0) return { perPrompt: kind === 'webSearchPrompts', rates };
  }
  return undefined;
}
