import { type Fields, isFields, textAt, UnreadableUsage } from './fields.ts';

/** Where the providers put their usage in a response or an event of a stream. */
const PLACES = ['usage', 'usageMetadata', 'usage_metadata', 'usage_info', 'response', 'message'] as const;

/** Deep enough for `{response: {usage}}` of an event. */
const MAX_DEPTH = 3;

/** Finds the usage object in a response or in the event that carried it, and the response around it. */
export function unwrapUsage(value: Fields): { usage: Fields; response: Fields } {
  let usage = value;
  let response = value;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const inner = findInner(usage);
    if (inner === undefined) break;
    response = usage;
    usage = inner;
  }
  if (usage === value) throw new UnreadableUsage(Object.keys(value).length === 0 ? 'no_usage' : 'no_known_field');
  return { usage, response };
}

function findInner(fields: Fields): Fields | undefined {
  for (const place of PLACES) {
    const value = fields[place];
    if (isFields(value)) return value;
  }
  return undefined;
}

/** The service tier that the response, not its usage, says was served. */
export function responseTier(response: Fields): string | undefined {
  const tier = response.serviceTier;
  return textAt(response, 'service_tier', 'serviceTier') ?? (isFields(tier) ? textAt(tier, 'type') : undefined);
}
