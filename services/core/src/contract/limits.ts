/** Longest texts that a record may carry, in characters. */
export const LIMITS = {
  name: 200,
  tagKey: 64,
  tagValue: 256,
  tags: 32,
  contentCharacters: 500,
  recordsPerRequest: 5_000,
  bodyBytes: 10 * 1024 * 1024,
} as const;
