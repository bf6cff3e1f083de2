/**
 * Which rate applies to which class, once the size of the prompt, the service tier, the hour and the factors are known.
 */
import { SEARCH_CONTEXT_SIZES, type SearchContextSize, TOKEN_CLASSES, type TokenClass } from '../usage/normal-form.ts';
import type { CostClass } from './classes.ts';
import type { RateSlot } from './field-name.ts';
import { makeRate, type Rate } from './rate.ts';
import { findListed, isVariant, type TableConditions } from './rate-lookup.ts';
import type { ListedRate, RateStore } from './rate-store.ts';
import { findTokenRate } from './token-rates.ts';

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
  addUnit(store, table, 'pixels', chargedFirst(store, ['inputPixels', 'outputPixels']), conditions);
  table.webSearch = findWebSearch(store, conditions);
  return table;
}

function addUnit(
  store: RateStore,
  table: RateTable,
  name: Exclude<CostClass, TokenClass | 'webSearches'>,
  slots: readonly RateSlot[],
  conditions: TableConditions,
): void {
  const found = findListed(store, slots, conditions);
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
  const slots = chargedFirst(store, ['inputSeconds', 'outputSeconds']);
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
      const found = findListed(store, [`${kind}.${size}`], { ...conditions, tier: 'standard' });
      if (found !== undefined) rates[size] = makeRate(found.listed, [], []);
    }
    if (Object.keys(rates).length > 0) return { perPrompt: kind === 'webSearchPrompts', rates };
  }
  return undefined;
}
