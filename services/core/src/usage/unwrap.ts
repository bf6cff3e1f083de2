import { type Fields, isFields, textAt } from './fields.ts';

/** A usage object, and what the response around it said, where the sender passed more than the usage object. */
export interface Unwrapped {
  usage: Fields;
  response: Fields | undefined;
}

/** Where the providers put their usage in a response or an event of a stream. */
const PLACES = ['usage', 'usageMetadata', 'usage_metadata', 'usage_info', 'response', 'message'] as const;

/** Deep enough for `{response: {usage}}` of an event. */
const MAX_DEPTH = 3;

/** Finds the usage object in a value that may be a whole response or the event that carried it. */
export function unwrapUsage(value: unknown): Unwrapped | undefined {
  let fields = value;
  let response: Fields | undefined;
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    if (!isFields(fields)) return undefined;
    const inner: unknown = findInner(fields);
    if (inner === undefined) return { usage: fields, response };
    response = fields;
    fields = inner;
  }
  return undefined;
}

function findInner(fields: Fields): Fields | undefined {
  for (const place of PLACES) {
    const value = fields[place];
    if (isFields(value)) return value;
  }
  return undefined;
}

/** The service tier that the response, not its usage, says was served. */
export function responseTier(response: Fields | undefined): string | undefined {
  if (response === undefined) return undefined;
  const tier = response.serviceTier;
  return textAt(response, 'service_tier', 'serviceTier') ?? (isFields(tier) ? textAt(tier, 'type') : undefined);
}
