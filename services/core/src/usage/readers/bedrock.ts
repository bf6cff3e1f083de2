/**
 * Bedrock Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html. `inputTokens`
 * excludes what was read from and written to the cache; `cacheDetails` splits the writes by time to live.
 */
import { countAt, countOf, fieldsOf, isFields, rest, textAt, textOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { setCount } from '../split.ts';

export const readBedrockConverse: Reader = (usage) => {
  const input = countOf(usage.inputTokens, 'inputTokens');
  const output = countOf(usage.outputTokens, 'outputTokens');
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const written = countAt(usage, 'cacheWriteInputTokens', 'cacheWriteInputTokenCount');
  const oneHour = oneHourWrites(usage.cacheDetails);
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  setCount(reading.tokens, 'input', input ?? 0);
  setCount(reading.tokens, 'cacheRead', countAt(usage, 'cacheReadInputTokens', 'cacheReadInputTokenCount') ?? 0);
  setCount(reading.tokens, 'cacheWrite5m', rest(written ?? oneHour, 'cacheWriteInputTokens', oneHour));
  setCount(reading.tokens, 'cacheWrite1h', oneHour);
  setCount(reading.tokens, 'output', output ?? 0);
  reading.serviceTier = textAt(fieldsOf(usage.serviceTier), 'type') ?? textOf(usage.serviceTier);
  return reading;
};

function oneHourWrites(details: unknown): number {
  if (!Array.isArray(details)) return 0;
  let tokens = 0;
  for (const detail of details) {
    if (isFields(detail) && detail.ttl === '1h') tokens += countOf(detail.inputTokens, 'inputTokens') ?? 0;
  }
  return tokens;
}
