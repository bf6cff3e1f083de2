import { TOKEN_CLASSES, UNIT_CLASSES } from '../usage/normal-form.ts';
import type { CompactPriceEntry } from './compact-entry.ts';
import { PRICE_TIERS, type PriceTier, type RateSlot } from './field-name.ts';
import { isOffPeak } from './off-peak.ts';
import type { Factor } from './rate.ts';
import { type RateStore, readRates } from './rate-store.ts';
import { buildRateTable, type RateTable } from './rate-table.ts';

/** A price made ready for many calls. */
export interface CompiledPrice {
  entry: CompactPriceEntry;
  store: RateStore;
  /** Some rate per token is above zero. */
  chargesTokens: boolean;
  /** Some rate per unit that is no token (and no tool's fee) is above zero. */
  chargesUnits: boolean;
  /** `tokens >= threshold` instead of `>`: xAI's way of counting. */
  thresholdIsInclusive: boolean;
  /** `1024-x-1024` of the price's key, where the key names an image size. */
  pixelsPerImage: number | undefined;
  /** Rate tables by size, tier, schedule and factors; few combinations occur. */
  tables: Map<string, RateTable>;
  /** The table of the base size, standard tier and no factor, which most calls need. */
  plainTable: RateTable | undefined;
}

interface CallConditions {
  promptTokens: number;
  tier: PriceTier;
  timestampMs: number;
  region?: string | undefined;
  speed?: string | undefined;
}

const INCLUSIVE_PROVIDERS: ReadonlySet<string> = new Set(['xai']);
const NOT_REGIONAL: ReadonlySet<string> = new Set(['', 'global', 'not_available']);
const IMAGE_SIZE = /(?:^|\/)(\d{2,5})-x-(\d{2,5})\//;

/** Prepares a price. `key` is the model's key in the price list; some keys carry an image size. */
export function compilePrice(entry: CompactPriceEntry, key = ''): CompiledPrice {
  const size = IMAGE_SIZE.exec(key);
  const store = readRates(entry.rates);
  return {
    entry,
    store,
    chargesTokens: charges(store, TOKEN_SLOTS),
    chargesUnits: charges(store, UNIT_SLOTS),
    thresholdIsInclusive: INCLUSIVE_PROVIDERS.has(entry.provider ?? ''),
    pixelsPerImage: size === null ? undefined : Number(size[1]) * Number(size[2]),
    tables: new Map(),
    plainTable: undefined,
  };
}

const TOKEN_SLOTS: ReadonlySet<RateSlot> = new Set<RateSlot>([...TOKEN_CLASSES, 'cacheHit']);
const UNIT_SLOTS: ReadonlySet<RateSlot> = new Set<RateSlot>([
  ...UNIT_CLASSES.filter((name) => name !== 'seconds' && name !== 'pixels' && name !== 'citationTokens'),
  'inputSeconds',
  'outputSeconds',
  'inputPixels',
  'outputPixels',
]);

function charges({ bySlot }: RateStore, slots: ReadonlySet<RateSlot>): boolean {
  for (const [slot, rates] of bySlot) if (slots.has(slot) && rates.some(({ value }) => value > 0n)) return true;
  return false;
}

/** The rates for one call's conditions. */
export function selectTable(price: CompiledPrice, call: CallConditions): RateTable {
  const { store } = price;
  const range = selectRange(store, call.promptTokens);
  let crossed = 0;
  for (const threshold of store.thresholds) {
    if (call.promptTokens > threshold || (price.thresholdIsInclusive && call.promptTokens === threshold)) crossed++;
  }
  const schedule = store.schedules.findIndex((candidate) => isOffPeak(candidate.schedule, call.timestampMs));
  const factors = store.factors.size === 0 ? NO_FACTORS : selectFactors(store, call);

  const plain = crossed === 0 && range < 1 && schedule === -1 && factors.length === 0 && call.tier === 'standard';
  if (plain && price.plainTable !== undefined) return price.plainTable;
  const name = `${crossed} ${range} ${PRICE_TIERS.indexOf(call.tier)} ${schedule} ${factors.map((f) => f.applies)}`;
  let table = price.tables.get(name);
  if (table === undefined) {
    table = buildRateTable(store, price.entry.mode, {
      tier: call.tier,
      crossed: store.thresholds.slice(0, crossed).reverse(),
      promptRange: store.promptRanges[range],
      offPeak: store.schedules[schedule]?.text,
      factors,
    });
    price.tables.set(name, table);
    if (plain) price.plainTable = table;
  }
  return table;
}

const NO_FACTORS: readonly Factor[] = [];

/** `over < tokens <= up to`; above the last range the last one, as the providers' price tables mean it. */
function selectRange({ promptRanges }: RateStore, promptTokens: number): number {
  if (promptRanges.length === 0) return -1;
  const index = promptRanges.findIndex(([over, upTo]) => promptTokens > over && promptTokens <= upTo);
  if (index !== -1) return index;
  return promptTokens <= (promptRanges[0]?.[0] ?? 0) ? 0 : promptRanges.length - 1;
}

function selectFactors(store: RateStore, { region, speed }: CallConditions): readonly Factor[] {
  const factors: Factor[] = [];
  const place = region?.toLowerCase() ?? '';
  if (!NOT_REGIONAL.has(place)) {
    const factor = store.factors.get(place) ?? store.factors.get('*');
    if (factor !== undefined) factors.push(factor);
  }
  const mode = speed?.toLowerCase() ?? '';
  const factor = mode === '' || mode === place ? undefined : store.factors.get(mode);
  if (factor !== undefined) factors.push(factor);
  return factors;
}
