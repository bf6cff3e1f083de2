import { clipName, LIMITS } from './text.ts';
import type { UsageRecord } from './usage-record.ts';

/** Who and what causes a call. Everything is optional and free to name. */
export interface Attribution {
  /** What the call is for: `summarize`, `support-chat`. */
  feature?: string | undefined;
  /** Whose action caused it. */
  user?: string | undefined;
  session?: string | undefined;
  /** Whom it is done for, where that is not the user: a tenant, an account. */
  customer?: string | undefined;
  /** `production`, `staging`, … */
  environment?: string | undefined;
  tags?: Record<string, string> | undefined;
  traceId?: string | undefined;
  /** `false` marks background work, for which nobody waits. */
  interactive?: boolean | undefined;
}

/** The property of a call's options that carries its attribution. It is taken out before the provider's client runs. */
export const ATTRIBUTION_OPTION = 'tokengrip';

const NAMES = ['feature', 'user', 'session', 'customer', 'environment', 'traceId'] as const;

/** The later one wins, name by name and tag by tag. */
export function mergeAttribution(...layers: readonly (Attribution | undefined)[]): Attribution {
  const merged: Attribution = {};
  for (const layer of layers) {
    if (layer === undefined || layer === null) continue;
    for (const name of NAMES) {
      if (layer[name] !== undefined) merged[name] = layer[name];
    }
    if (layer.interactive !== undefined) merged.interactive = layer.interactive;
    if (layer.tags !== undefined) merged.tags = { ...merged.tags, ...layer.tags };
  }
  return merged;
}

/**
 * Writes the attribution into a record in the form that the server takes. Hosts without types pass numbers as ids
 * and tags; they are turned into text, because a refused record is a paid call that nobody sees.
 *
 * Returns what had to be cut, for a warning.
 */
export function applyAttribution(record: UsageRecord, attribution: Attribution): string[] {
  const cut: string[] = [];
  for (const name of NAMES) {
    const value: unknown = attribution[name];
    if (value === undefined || value === null || value === '') continue;
    const text = String(value);
    if (text.length > LIMITS.name) cut.push(name);
    record[name] = clipName(text, LIMITS.name);
  }
  if (typeof attribution.interactive === 'boolean') record.interactive = attribution.interactive;
  const tags = cleanTags(attribution.tags, cut);
  if (tags !== undefined) record.tags = tags;
  return cut;
}

function cleanTags(tags: Attribution['tags'], cut: string[]): Record<string, string> | undefined {
  if (typeof tags !== 'object' || tags === null) return undefined;
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(tags as Record<string, unknown>)) {
    if (key === '' || value === undefined || value === null) continue;
    const text = String(value);
    if (key.length > LIMITS.tagKey || text.length > LIMITS.tagValue || entries.length === LIMITS.tags) cut.push('tags');
    if (entries.length === LIMITS.tags) break;
    entries.push([clipName(key, LIMITS.tagKey), clipName(text, LIMITS.tagValue)]);
  }
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
