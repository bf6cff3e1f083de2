/**
 * The source `normalized`: counts that the sender has already sorted, for callers without a reader of their own. It is the
 * one source whose records are rejected when they contradict themselves, since the sender can mend them.
 *
 * Two forms:
 *
 *     { tokens: { input: 100, cacheRead: 900, output: 50 }, tools: { webSearches: 1 }, units: { seconds: 12.5 } }
 *     { promptTokens: 1000, cachedTokens: 900, completionTokens: 50, reasoningTokens: 20 }
 *
 * The first has disjoint classes; with `promptTokens` and `completionTokens` beside them their sums are checked. In the
 * second the prompt includes the cached tokens and the completion the reasoning.
 */
import { type Fields, isFields } from '../fields.ts';
import { parseUsd } from '../money-field.ts';
import {
  completionTokens,
  MAX_COUNT,
  type NormalUsage,
  promptTokens,
  SEARCH_CONTEXT_SIZES,
  TOKEN_CLASSES,
  TOOL_CLASSES,
  type TokenCounts,
  UNIT_CLASSES,
  type UsageTraits,
} from '../normal-form.ts';

const REJECTION_CODES = [
  'no_usage',
  'unknown_field',
  'not_a_number',
  'negative',
  'not_whole',
  'too_large',
  'parts_exceed_whole',
  'parts_differ_from_whole',
  'not_a_text',
] as const;

export type RejectionCode = (typeof REJECTION_CODES)[number];

/** Thrown inside this reader; `readUsage` turns it into a result. */
export class RejectedUsage extends Error {
  readonly code: RejectionCode;
  readonly field: string;

  constructor(code: RejectionCode, field: string, message: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

const TEXTS = ['serviceTier', 'speed', 'region'] as const;
const SIMPLE = ['promptTokens', 'completionTokens', 'cachedTokens', 'reasoningTokens'] as const;
const KNOWN: ReadonlySet<string> = new Set([
  'tokens',
  'tools',
  'units',
  'traits',
  'reportedCostUsd',
  'approximate',
  ...TEXTS,
  ...SIMPLE,
]);

/** Throws `RejectedUsage`. */
export function readNormalized(usage: Fields): NormalUsage {
  for (const name of Object.keys(usage)) {
    if (!KNOWN.has(name)) throw new RejectedUsage('unknown_field', name, `${name} is not a field of normalized usage`);
  }
  const normal: NormalUsage = { tokens: readTokens(usage), approximate: [] };
  const tools = readCounts(usage, 'tools', TOOL_CLASSES, true);
  const units = readCounts(usage, 'units', UNIT_CLASSES, false);
  if (tools !== undefined) normal.tools = tools;
  if (units !== undefined) normal.units = units;
  for (const name of TEXTS) {
    const text = usage[name];
    if (text === undefined || text === null) continue;
    if (typeof text !== 'string') throw new RejectedUsage('not_a_text', name, `${name} must be a text`);
    normal[name] = text;
  }
  const traits = readTraits(usage.traits);
  if (traits !== undefined) normal.traits = traits;
  const cost = readCost(usage.reportedCostUsd);
  if (cost !== undefined) normal.reportedCostPicoUsd = cost;
  if (!hasSimple(usage) && usage.tokens === undefined && tools === undefined && units === undefined) {
    throw new RejectedUsage('no_usage', 'tokens', 'there are no tokens, tools or units');
  }
  return normal;
}

function hasSimple(usage: Fields): boolean {
  return SIMPLE.some((name) => usage[name] !== undefined && usage[name] !== null);
}

function readTokens(usage: Fields): TokenCounts {
  const prompt = readNumber(usage, 'promptTokens', true);
  const completion = readNumber(usage, 'completionTokens', true);
  const cached = readNumber(usage, 'cachedTokens', true);
  const reasoning = readNumber(usage, 'reasoningTokens', true);
  const classes = readCounts(usage, 'tokens', TOKEN_CLASSES, true);
  if (classes !== undefined) {
    checkSum('promptTokens', prompt, promptTokens(classes));
    checkSum('completionTokens', completion, completionTokens(classes));
    checkSum('cachedTokens', cached, cachedOf(classes));
    checkSum('reasoningTokens', reasoning, classes.reasoning ?? 0);
    return classes;
  }
  const tokens: TokenCounts = {};
  const input = remainder('cachedTokens', prompt, cached);
  const output = remainder('reasoningTokens', completion, reasoning);
  if (input > 0) tokens.input = input;
  if (cached !== undefined && cached > 0) tokens.cacheRead = cached;
  if (output > 0) tokens.output = output;
  if (reasoning !== undefined && reasoning > 0) tokens.reasoning = reasoning;
  return tokens;
}

function cachedOf({ cacheRead = 0, cacheReadAudio = 0, cacheReadImage = 0 }: TokenCounts): number {
  return cacheRead + cacheReadAudio + cacheReadImage;
}

function checkSum(field: string, stated: number | undefined, sum: number): void {
  if (stated === undefined || stated === sum) return;
  throw new RejectedUsage('parts_differ_from_whole', field, `${field} is ${stated}, but its classes add up to ${sum}`);
}

function remainder(field: string, whole = 0, part = 0): number {
  if (part <= whole) return whole - part;
  throw new RejectedUsage('parts_exceed_whole', field, `${field} is ${part}, more than the ${whole} that include it`);
}

function readCounts<Name extends string>(
  usage: Fields,
  group: string,
  names: readonly Name[],
  whole: boolean,
): Partial<Record<Name, number>> | undefined {
  const fields = usage[group];
  if (fields === undefined || fields === null) return undefined;
  if (!isFields(fields)) throw new RejectedUsage('not_a_number', group, `${group} must be an object of counts`);
  const counts: Partial<Record<Name, number>> = {};
  for (const key of Object.keys(fields)) {
    const name = names.find((known) => known === key);
    if (name === undefined) {
      throw new RejectedUsage('unknown_field', `${group}.${key}`, `${group}.${key} is not a known class`);
    }
    const count = readNumber(fields, name, whole, `${group}.${name}`);
    if (count !== undefined && count > 0) counts[name] = count;
  }
  return counts;
}

function readNumber(fields: Fields, name: string, whole: boolean, field = name): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new RejectedUsage('not_a_number', field, `${field} must be a number`);
  }
  if (value < 0) throw new RejectedUsage('negative', field, `${field} must not be negative`);
  if (value > MAX_COUNT) throw new RejectedUsage('too_large', field, `${field} must not be above ${MAX_COUNT}`);
  if (whole && !Number.isInteger(value)) throw new RejectedUsage('not_whole', field, `${field} must be whole`);
  return value;
}

function readTraits(value: unknown): UsageTraits | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) throw new RejectedUsage('not_a_text', 'traits', 'traits must be an object');
  const traits: UsageTraits = {};
  for (const name of ['resolution', 'imageSize', 'imageQuality'] as const) {
    const text = value[name];
    if (text === undefined || text === null) continue;
    if (typeof text !== 'string')
      throw new RejectedUsage('not_a_text', `traits.${name}`, `traits.${name} must be a text`);
    traits[name] = text;
  }
  const size = value.searchContextSize;
  if (size !== undefined && size !== null) {
    const known = SEARCH_CONTEXT_SIZES.find((name) => name === size);
    if (known === undefined) {
      throw new RejectedUsage('unknown_field', 'traits.searchContextSize', 'must be low, medium or high');
    }
    traits.searchContextSize = known;
  }
  const results = readNumber(value, 'maxResults', true, 'traits.maxResults');
  if (results !== undefined) traits.maxResults = results;
  return traits;
}

function readCost(value: unknown): bigint | undefined {
  if (value === undefined || value === null) return undefined;
  const cost = typeof value === 'string' || typeof value === 'number' ? parseUsd(String(value)) : undefined;
  if (cost === undefined) {
    throw new RejectedUsage('not_a_number', 'reportedCostUsd', 'reportedCostUsd must be an amount in USD');
  }
  return cost;
}
