/**
 * LangChain, `usage_metadata` of an AIMessage: https://python.langchain.com/api_reference/core/messages/langchain_core.messages.ai.UsageMetadata.html.
 * Input includes the cache and the audio, output the reasoning and the audio. For OpenAI's tiers the names of the details
 * carry the tier (`priority_cache_read`), and one of the tier alone has the tokens that no other detail has.
 */
import { countAt, countOf, type Fields, fieldsOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { splitCompletion, splitPrompt } from '../split.ts';
import { includeCache } from './exclusive.ts';

const TIERS = ['priority', 'flex'] as const;

export const readLangChain: Reader = (usage) => {
  const input = countOf(usage.input_tokens, 'input_tokens');
  const output = countOf(usage.output_tokens, 'output_tokens');
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const inputDetails = fieldsOf(usage.input_token_details);
  const outputDetails = fieldsOf(usage.output_token_details);
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const fiveMinutes = countOf(inputDetails.ephemeral_5m_input_tokens, 'ephemeral_5m_input_tokens') ?? 0;
  const oneHour = countOf(inputDetails.ephemeral_1h_input_tokens, 'ephemeral_1h_input_tokens') ?? 0;
  // Where the writes are split by time to live, the sum is repeated or set to 0, by version.
  const written = Math.max(tieredCount(inputDetails, 'cache_creation') ?? 0, fiveMinutes + oneHour);
  const prompt = {
    whole: input ?? 0,
    field: 'input_tokens',
    cached: tieredCount(inputDetails, 'cache_read'),
    cacheWrite5m: written - oneHour,
    cacheWrite1h: oneHour,
    audio: tieredCount(inputDetails, 'audio'),
    image: tieredCount(inputDetails, 'image'),
    video: tieredCount(inputDetails, 'video'),
  };
  splitPrompt(reading.tokens, includeCache(prompt, reading.approximate), reading.approximate);
  splitCompletion(reading.tokens, {
    whole: output ?? 0,
    field: 'output_tokens',
    reasoning: tieredCount(outputDetails, 'reasoning'),
    audio: tieredCount(outputDetails, 'audio'),
    image: tieredCount(outputDetails, 'image'),
    video: tieredCount(outputDetails, 'video'),
  });
  reading.serviceTier = TIERS.find((tier) => hasTier(inputDetails, tier) || hasTier(outputDetails, tier));
  return reading;
};

function tieredCount(details: Fields, name: string): number | undefined {
  return countAt(details, name, ...TIERS.map((tier) => `${tier}_${name}`));
}

function hasTier(details: Fields, tier: string): boolean {
  return Object.keys(details).some((name) => name === tier || name.startsWith(`${tier}_`));
}
