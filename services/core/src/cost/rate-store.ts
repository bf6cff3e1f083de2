import { parseDecimal, RATE_DECIMALS } from './decimal.ts';
import { type PriceTier, parseFieldName, type RateField, type RateSlot } from './field-name.ts';
import { type OffPeakSchedule, parseSchedule } from './off-peak.ts';
import type { Factor } from './rate.ts';

/** A rate as the price list has it, with its conditions. */
export interface ListedRate extends RateField {
  field: string;
  value: bigint;
}

/** Everything that a price says, by slot. */
export interface RateStore {
  bySlot: Map<RateSlot, ListedRate[]>;
  /** Sizes above which rates change, ascending. */
  thresholds: number[];
  /** Ranges of `tiered_pricing`, ascending; a price has these or thresholds. */
  promptRanges: [number, number][];
  schedules: { text: string; schedule: OffPeakSchedule }[];
  factors: Map<string, Factor>;
  /** Some rate is above zero. */
  hasCharge: boolean;
}

/** Reads the fields of a compact price. Throws on one that `validateEntry` would refuse. */
export function readRates(rates: Record<string, string>): RateStore {
  const store: RateStore = {
    bySlot: new Map(),
    thresholds: [],
    promptRanges: [],
    schedules: [],
    factors: new Map(),
    hasCharge: false,
  };
  for (const [field, text] of Object.entries(rates)) {
    const parsed = parseFieldName(field);
    const value = parseDecimal(text, RATE_DECIMALS);
    if (parsed === undefined || typeof value === 'string' || value < 0n) throw new Error(`not a rate: ${field}`);
    if (parsed.kind === 'multiplier') {
      store.factors.set(parsed.applies, { applies: parsed.applies, value });
      continue;
    }
    const list = store.bySlot.get(parsed.slot);
    if (list === undefined) store.bySlot.set(parsed.slot, [{ ...parsed, field, value }]);
    else list.push({ ...parsed, field, value });
    store.hasCharge ||= value > 0n;
    noteConditions(store, parsed);
  }
  store.thresholds.sort((a, b) => a - b);
  store.promptRanges.sort((a, b) => a[0] - b[0]);
  return store;
}

function noteConditions(store: RateStore, { threshold, promptRange, offPeak }: RateField): void {
  if (threshold > 0 && !store.thresholds.includes(threshold)) store.thresholds.push(threshold);
  if (promptRange !== undefined && !store.promptRanges.some((range) => sameRange(range, promptRange))) {
    store.promptRanges.push(promptRange);
  }
  if (offPeak !== undefined && !store.schedules.some(({ text }) => text === offPeak)) {
    const schedule = parseSchedule(offPeak);
    if (schedule === undefined) throw new Error(`not a schedule: ${offPeak}`);
    store.schedules.push({ text: offPeak, schedule });
  }
}

export interface RateConditions {
  tier: PriceTier;
  /** 0 for the base rate. */
  threshold: number;
  promptRange?: [number, number] | undefined;
  offPeak?: string | undefined;
}

/** The rates of a slot that are listed for exactly these conditions. */
export function listedRates(store: RateStore, slot: RateSlot, conditions: RateConditions): ListedRate[] {
  const { tier, threshold, promptRange, offPeak } = conditions;
  return (store.bySlot.get(slot) ?? []).filter(
    (rate) =>
      rate.tier === tier &&
      rate.threshold === threshold &&
      rate.offPeak === offPeak &&
      (promptRange === undefined
        ? rate.promptRange === undefined
        : rate.promptRange !== undefined && sameRange(rate.promptRange, promptRange)),
  );
}

function sameRange(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
