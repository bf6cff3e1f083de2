import { type CompactPriceEntry, compactEntry, type RefusalReason, validateEntry } from './compact-entry.ts';

/** The form of the snapshot, as its `format` says it. */
export const SNAPSHOT_FORMAT = 'tokengrip-prices/1';

/** Prices in our own form: what the project ships, exports and imports. */
interface PriceSnapshot {
  format: typeof SNAPSHOT_FORMAT;
  /** Where the prices are from. */
  source: string;
  /** The day of the edition, `YYYY-MM-DD`. */
  edition: string;
  models: Record<string, CompactPriceEntry>;
}

export interface ParsedPrices {
  status: 'parsed';
  form: 'litellm' | 'snapshot';
  source?: string;
  edition?: string;
  entries: Map<string, CompactPriceEntry>;
  refused: { key: string; reason: RefusalReason; field: string }[];
  /** Fields that look like money and are not understood, with the number of entries that have them. */
  unused: Map<string, number>;
}

export type PriceFileResult = ParsedPrices | { status: 'refused'; reason: 'not_json' | 'not_an_object' | 'no_models' };

/** Entries of LiteLLM's file that describe the file. */
const NOT_A_MODEL: ReadonlySet<string> = new Set(['sample_spec', 'fallback_generalizations']);

/**
 * Reads a price file, LiteLLM's or our own, from its text: numbers are taken as they are written, never through a float.
 * A bad entry is left out and listed under `refused`; a file that is no price file is refused whole.
 */
export function parsePriceFile(text: string): PriceFileResult {
  let raw: unknown;
  try {
    raw = JSON.parse(text, keepNumberText);
  } catch {
    return { status: 'refused', reason: 'not_json' };
  }
  if (!isObject(raw)) return { status: 'refused', reason: 'not_an_object' };
  const parsed: ParsedPrices = {
    status: 'parsed',
    form: raw.format === SNAPSHOT_FORMAT ? 'snapshot' : 'litellm',
    entries: new Map(),
    refused: [],
    unused: new Map(),
  };
  if (parsed.form === 'snapshot') {
    if (typeof raw.source === 'string') parsed.source = raw.source;
    if (typeof raw.edition === 'string') parsed.edition = raw.edition;
  }
  const models = parsed.form === 'snapshot' ? raw.models : raw;
  if (!isObject(models)) return { status: 'refused', reason: 'no_models' };
  const read = parsed.form === 'snapshot' ? validateEntry : compactEntry;
  for (const [key, value] of Object.entries(models)) {
    if (NOT_A_MODEL.has(key) || (parsed.form === 'litellm' && !isObject(value))) continue;
    const result = read(value);
    if (result.status === 'refused') {
      parsed.refused.push({ key, reason: result.reason, field: result.field });
      continue;
    }
    parsed.entries.set(key, result.entry);
    for (const name of result.unused) parsed.unused.set(name, (parsed.unused.get(name) ?? 0) + 1);
  }
  return parsed.entries.size === 0 ? { status: 'refused', reason: 'no_models' } : parsed;
}

/** Writes a snapshot, one model a line, in the order of the keys: two editions differ in the lines that changed. */
export function formatSnapshot(snapshot: PriceSnapshot): string {
  const { models, ...head } = snapshot;
  const lines = Object.keys(models)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(models[key])}`);
  return `${JSON.stringify(head).slice(0, -1)},"models":{\n${lines.join(',\n')}\n}}\n`;
}

/** A reviver that gives numbers as their source text (https://tc39.es/proposal-json-parse-with-source/). */
function keepNumberText(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
