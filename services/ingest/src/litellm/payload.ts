/**
 * `StandardLoggingPayload`: https://docs.litellm.ai/docs/proxy/logging_spec. Nothing of it is relied upon: versions differ
 * and fields are missing or null.
 */
export type Payload = Record<string, unknown>;

export const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A part of it as an object; an empty one where it is something else. */
export const partOf = (value: unknown): Payload => (isPayload(value) ? value : {});
