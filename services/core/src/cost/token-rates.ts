/** Which rate holds for a class of tokens, its own or what stands in for it. */
import type { TokenClass } from '../usage/normal-form.ts';
import type { Approximation } from './approximations.ts';
import type { RateSlot } from './field-name.ts';
import { type Found, findListed, type TableConditions } from './rate-lookup.ts';
import type { ListedRate, RateStore } from './rate-store.ts';

interface Substitute {
  slots: RateSlot[];
  mark?: Approximation;
}

/** Two names of one thing; the first that is listed counts. */
const CACHE_READ: RateSlot[] = ['cacheRead', 'cacheHit'];

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
    { slots: CACHE_READ, mark: 'cached_media_at_text_cache_rate' },
    { slots: ['inputAudio'], mark: 'cache_read_at_input_rate' },
    { slots: ['input'], mark: 'cache_read_at_input_rate' },
  ],
  cacheReadImage: [
    { slots: CACHE_READ, mark: 'cached_media_at_text_cache_rate' },
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
const BOUND_TO_RANGE: ReadonlySet<TokenClass> = new Set<TokenClass>([
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
]);

/** Undefined where neither the class nor anything that stands in for it is listed. */
export function findTokenRate(
  store: RateStore,
  mode: string | undefined,
  name: TokenClass,
  conditions: TableConditions,
): Found | undefined {
  if (name === 'reasoning' && followsOutput(store)) return findTokenRate(store, mode, 'output', conditions);
  const bound = conditions.promptRange !== undefined && BOUND_TO_RANGE.has(name);
  const own = findListed(store, name === 'cacheRead' ? CACHE_READ : [name], conditions, bound);
  if (own !== undefined) return name === 'cacheWrite1h' ? longWriteRate(store, conditions, own) : own;
  for (const { slots, mark } of substitutes(name, mode)) {
    const sameRange = bound && slots[0] !== 'input' && slots[0] !== 'output';
    const found = findListed(store, slots, conditions, sameRange);
    if (found !== undefined) return mark === undefined ? found : { ...found, marks: [...found.marks, mark] };
  }
  return undefined;
}

/**
 * Some prices list the 5-minute write of a size and not the 1-hour one. The 1-hour write of smaller prompts would then be
 * cheaper than the 5-minute one, so the 5-minute rate of the size stands in.
 */
function longWriteRate(store: RateStore, conditions: TableConditions, own: Found): Found {
  if (!own.marks.includes('size_rate_missing')) return own;
  const shorter = findListed(store, ['cacheWrite5m'], conditions);
  if (shorter === undefined || shorter.marks.includes('size_rate_missing')) return own;
  return { ...shorter, marks: [...shorter.marks, 'cache_write_1h_at_5m_rate'] };
}

function substitutes(name: TokenClass, mode: string | undefined): readonly Substitute[] {
  // All output of an image model is image, whatever the usage object calls it.
  if (name === 'output' && !mode?.startsWith('image')) return [];
  // The realtime models bill images by token; the file has that rate under the name of a rate per image.
  if (name === 'inputImage' && mode === 'realtime')
    return [{ slots: ['inputImages'] }, ...(SUBSTITUTES.inputImage ?? [])];
  return SUBSTITUTES[name] ?? [];
}

/** Reasoning is output where the file repeats the output rate for it: then it also moves with size and tier as output does. */
function followsOutput({ bySlot }: RateStore): boolean {
  const [reasoning, more] = bySlot.get('reasoning') ?? [];
  const output = bySlot.get('output')?.find(isPlain);
  return reasoning !== undefined && more === undefined && isPlain(reasoning) && reasoning.value === output?.value;
}

function isPlain({ tier, threshold, promptRange, offPeak }: ListedRate): boolean {
  return tier === 'standard' && threshold === 0 && promptRange === undefined && offPeak === undefined;
}
