/**
 * Vercel AI SDK: https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-text (LanguageModelUsage). Input includes the
 * cache, output the reasoning. Versions 4 (`promptTokens`), 5 (`cachedInputTokens`) and 6 (`inputTokenDetails`).
 */
import { countAt, countOf, type Fields, fieldsOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { splitCompletion, splitPrompt } from '../split.ts';
import { includeCache } from './exclusive.ts';

export const readVercelAi: Reader = (usage) => {
  const input = countOrNaN(usage, 'inputTokens', 'promptTokens', 'tokens');
  const output = countOrNaN(usage, 'outputTokens', 'completionTokens');
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const inputDetails = fieldsOf(usage.inputTokenDetails);
  const outputDetails = fieldsOf(usage.outputTokenDetails);
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const cached =
    countOf(inputDetails.cacheReadTokens, 'cacheReadTokens') ?? countOf(usage.cachedInputTokens, 'cachedInputTokens');
  const cacheWrite5m =
    countOf(inputDetails.cacheWriteTokens, 'cacheWriteTokens') ??
    countOf(usage.cacheWriteInputTokens, 'cacheWriteInputTokens');
  const uncached = countOf(inputDetails.noCacheTokens, 'noCacheTokens');
  // Its own count of what was not cached settles whether the input includes the cache.
  const whole = uncached === undefined ? (input ?? 0) : uncached + (cached ?? 0) + (cacheWrite5m ?? 0);
  const prompt = { whole, field: 'inputTokens', cached, cacheWrite5m };
  splitPrompt(reading.tokens, includeCache(prompt, reading.approximate), reading.approximate);
  splitCompletion(reading.tokens, {
    whole: output ?? 0,
    field: 'outputTokens',
    reasoning:
      countOf(outputDetails.reasoningTokens, 'reasoningTokens') ?? countOf(usage.reasoningTokens, 'reasoningTokens'),
  });
  return reading;
};

/** Version 4 says NaN for a count that it does not know. */
function countOrNaN(usage: Fields, ...names: string[]): number | undefined {
  return countAt(usage, ...names.filter((name) => !Number.isNaN(usage[name])));
}
