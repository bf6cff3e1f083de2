/**
 * What is billed by something other than tokens.
 *
 * Many prices list several measures of the same thing: an image model its image tokens and a price per image, a speech
 * model its audio tokens and a price per second. They are alternatives, so each thing is billed by one measure: by tokens
 * where the call reported them and the price charges for them, else by the unit.
 */
import type { NormalUsage, UnitClass } from '../usage/normal-form.ts';
import { type Approximation, note } from './approximations.ts';
import type { CostClass } from './classes.ts';
import { type CompiledPrice, selectTable } from './compiled-price.ts';
import type { Rate } from './rate.ts';
import type { RateTable } from './rate-table.ts';

/** A quantity at a rate. */
export interface Billable {
  costClass: CostClass;
  quantity: number;
  rate: Rate;
}

/** Tokens for which the price charges, by side. */
export interface ChargedTokens {
  prompt: boolean;
  completion: boolean;
  classes: ReadonlySet<CostClass>;
}

interface UnitContext {
  price: CompiledPrice;
  table: RateTable;
  usage: NormalUsage;
  charged: ChargedTokens;
  approximate: Approximation[];
}

/** Modes in which media come on top of the text tokens instead of being counted among them. */
const MEDIA_ON_TOP: ReadonlySet<string> = new Set(['embedding', 'rerank']);

/** Modes in which a call is a query. */
const QUERY_MODES: ReadonlySet<string> = new Set(['search', 'rerank', 'vector_store']);

const IMAGE_SIZE = /^(\d{2,5})(?:x|-x-)(\d{2,5})$/;

/** The units that are billed, in no particular order. */
export function billUnits(context: UnitContext): Billable[] {
  const { table, usage, charged } = context;
  const units = usage.units ?? {};
  const bill: Billable[] = [];
  const add: AddUnit = (costClass, quantity, rate) => {
    if (rate !== undefined && quantity !== undefined && quantity > 0) bill.push({ costClass, quantity, rate });
  };
  addDurations(context, bill, add);
  addImages(context, add);
  if (!charged.prompt) {
    add('inputCharacters', units.inputCharacters, table.rates.inputCharacters);
    add('pages', units.pages, table.rates.pages);
  }
  if (!charged.completion) add('outputCharacters', units.outputCharacters, table.rates.outputCharacters);
  add('annotatedPages', units.annotatedPages, table.rates.annotatedPages);
  add('credits', units.credits, table.rates.credits);
  add('citationTokens', units.citationTokens, table.rates.citationTokens);
  add('requests', units.requests ?? 1, charging(table.rates.requests));
  addQueries(context, add);
  return bill;
}

type AddUnit = (costClass: UnitClass, quantity: number | undefined, rate: Rate | undefined) => void;

function addDurations(context: UnitContext, bill: readonly Billable[], add: AddUnit): void {
  const { table, usage, charged, price } = context;
  const units = usage.units ?? {};
  if (!charged.classes.has('outputVideo')) {
    const listed = secondsRate(context, 'outputVideoSeconds');
    const seconds = price.entry.mode === 'video_generation' ? secondsRate(context, 'seconds') : undefined;
    add('outputVideoSeconds', units.outputVideoSeconds, listed ?? seconds);
  }
  if (!charged.prompt && !charged.completion && bill.length === 0) {
    add('seconds', units.seconds, secondsRate(context, 'seconds'));
  }
  if (mediaInTokens(context)) return;
  add('inputAudioSeconds', units.inputAudioSeconds, table.rates.inputAudioSeconds);
  add('inputVideoSeconds', units.inputVideoSeconds, inputVideoRate(context));
}

function addImages(context: UnitContext, add: AddUnit): void {
  const { table, usage, charged, price } = context;
  const units = usage.units ?? {};
  const isImageMode = price.entry.mode?.startsWith('image') === true;
  const { inputImages, outputImages } = table.rates;
  // The file lists what an image model charges for a generated image under either name.
  const perImage = charging(outputImages) ?? (isImageMode ? charging(inputImages) : undefined);
  if (!charged.classes.has('outputImage') && !(isImageMode && charged.completion)) {
    if (perImage !== undefined) add('outputImages', units.outputImages, perImage);
    else add('pixels', pixels(context), table.rates.pixels);
  }
  if (!mediaInTokens(context) && inputImages !== perImage) add('inputImages', units.inputImages, inputImages);
}

function mediaInTokens({ charged, price }: UnitContext): boolean {
  return charged.prompt && !MEDIA_ON_TOP.has(price.entry.mode ?? '');
}

function addQueries({ table, usage, price, approximate }: UnitContext, add: AddUnit): void {
  const variants = table.variants.queries ?? [];
  const stated = usage.units?.queries;
  const quantity = stated ?? (QUERY_MODES.has(price.entry.mode ?? '') ? 1 : undefined);
  if (variants.length === 0) {
    if (
      stated === undefined &&
      quantity !== undefined &&
      price.entry.mode === 'rerank' &&
      charging(table.rates.queries)
    ) {
      note(approximate, 'quantity_assumed');
    }
    add('queries', quantity, table.rates.queries);
    return;
  }
  const asked = usage.traits?.maxResults;
  if (asked === undefined) note(approximate, 'results_assumed');
  const fits = variants.find(({ resultsRange }) => resultsRange !== undefined && (asked ?? 0) <= resultsRange[1]);
  add('queries', quantity, (fits ?? variants.at(-1))?.rate);
}

/** Of a generated video by its resolution, where the price has a rate for it. */
function secondsRate(context: UnitContext, name: 'seconds' | 'outputVideoSeconds'): Rate | undefined {
  const { table, usage } = context;
  const resolution = usage.traits?.resolution?.toLowerCase();
  const variants = table.variants[name];
  if (variants === undefined || resolution === undefined) return table.rates[name];
  return variants.find((variant) => variant.resolution === resolution)?.rate ?? table.rates[name];
}

/** Seconds of a video that was read. The file's steps are by sampling interval, of which a call says only the length. */
function inputVideoRate({ table, usage, approximate }: UnitContext): Rate | undefined {
  const variants = table.variants.inputVideoSeconds;
  const seconds = usage.units?.inputVideoSeconds;
  if (variants === undefined || seconds === undefined) return table.rates.inputVideoSeconds;
  note(approximate, 'video_interval_assumed');
  let chosen = table.rates.inputVideoSeconds;
  let from = 0;
  for (const { intervalSeconds = 0, rate } of variants) {
    if (seconds > intervalSeconds && intervalSeconds >= from) {
      chosen = rate;
      from = intervalSeconds;
    }
  }
  return chosen;
}

/** Pixels of all generated images: as reported, else from their number and the size of the request or the price's key. */
function pixels({ usage, price }: UnitContext): number | undefined {
  if (usage.units?.pixels !== undefined) return usage.units.pixels;
  const images = usage.units?.outputImages;
  if (images === undefined) return undefined;
  const size = IMAGE_SIZE.exec(usage.traits?.imageSize ?? '');
  const each = size === null ? price.pixelsPerImage : Number(size[1]) * Number(size[2]);
  return each === undefined ? undefined : images * each;
}

/** The fees of the tools that the provider ran. A fee that no price lists is left out, and said so. */
export function billTools(
  table: RateTable,
  usage: NormalUsage,
  toolFees: CompiledPrice | undefined,
  approximate: Approximation[],
): Billable[] {
  const tools = usage.tools ?? {};
  const bill: Billable[] = [];
  for (const name of ['fileSearches', 'codeInterpreterSessions'] as const) {
    const quantity = tools[name] ?? 0;
    if (quantity === 0) continue;
    const rate = table.rates[name] ?? feeOf(toolFees, name);
    if (rate === undefined) note(approximate, 'tool_fee_missing');
    else bill.push({ costClass: name, quantity, rate });
  }
  const searches = tools.webSearches ?? 0;
  if (searches > 0) {
    const rate = searchRate(table, usage, approximate);
    if (rate === undefined) note(approximate, 'tool_fee_missing');
    else bill.push({ costClass: 'webSearches', quantity: table.webSearch?.perPrompt ? 1 : searches, rate });
  }
  return bill;
}

function searchRate(table: RateTable, usage: NormalUsage, approximate: Approximation[]): Rate | undefined {
  const rates = table.webSearch?.rates;
  if (rates === undefined) return undefined;
  const size = usage.traits?.searchContextSize;
  const exact = size === undefined ? undefined : rates[size];
  if (exact !== undefined) return exact;
  const assumed = rates.medium ?? rates.low ?? rates.high;
  const oneFee = Object.values(rates).every((rate) => rate.value === assumed?.value);
  if (!oneFee) note(approximate, 'search_size_assumed');
  return assumed;
}

function feeOf(price: CompiledPrice | undefined, name: 'fileSearches' | 'codeInterpreterSessions'): Rate | undefined {
  if (price === undefined) return undefined;
  return selectTable(price, { promptTokens: 0, tier: 'standard', timestampMs: 0 }).rates[name];
}

function charging(rate: Rate | undefined): Rate | undefined {
  return rate !== undefined && rate.value > 0n ? rate : undefined;
}
