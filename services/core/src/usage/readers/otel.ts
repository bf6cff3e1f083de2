/**
 * OpenTelemetry spans: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/ and OpenInference,
 * https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md. The object is the span's attributes,
 * by their dotted names. Input includes the cache, output the reasoning; the older names of both are read too, and those
 * under which the Vercel AI SDK adds what the conventions do not have.
 */
import { countAt, textAt, UnreadableUsage } from '../fields.ts';
import { usdAt } from '../money-field.ts';
import type { NormalUsage } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { splitCompletion, splitPrompt } from '../split.ts';
import { includeCache } from './exclusive.ts';

const INPUT = ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'];
const OUTPUT = ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion'];
const CACHE_READ = [
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.input_tokens.cached',
  'gen_ai.usage.details.cache_read_tokens',
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'llm.token_count.prompt_details.cache_read',
];
const CACHE_WRITE = [
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.input_tokens.cache_write',
  'gen_ai.usage.details.cache_write_tokens',
  'ai.usage.inputTokenDetails.cacheWriteTokens',
  'llm.token_count.prompt_details.cache_write',
];
const REASONING = [
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.details.reasoning_tokens',
  'ai.usage.outputTokenDetails.reasoningTokens',
  'llm.token_count.completion_details.reasoning',
];
const INPUT_AUDIO = ['gen_ai.usage.details.input_audio_tokens', 'llm.token_count.prompt_details.audio'];
const OUTPUT_AUDIO = ['gen_ai.usage.details.output_audio_tokens', 'llm.token_count.completion_details.audio'];
const SERVICE_TIER = [
  'openai.response.service_tier',
  'gen_ai.openai.response.service_tier',
  'gen_ai.response.service_tier',
];

export const readOtel: Reader = (usage) => {
  const input = countAt(usage, ...INPUT);
  const output = countAt(usage, ...OUTPUT);
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const prompt = {
    whole: input ?? 0,
    field: 'gen_ai.usage.input_tokens',
    cached: countAt(usage, ...CACHE_READ),
    cacheWrite5m: countAt(usage, ...CACHE_WRITE),
    audio: countAt(usage, ...INPUT_AUDIO),
  };
  splitPrompt(reading.tokens, includeCache(prompt, reading.approximate), reading.approximate);
  splitCompletion(reading.tokens, {
    whole: output ?? 0,
    field: 'gen_ai.usage.output_tokens',
    reasoning: countAt(usage, ...REASONING),
    audio: countAt(usage, ...OUTPUT_AUDIO),
  });
  reading.serviceTier = textAt(usage, ...SERVICE_TIER);
  reading.reportedCostPicoUsd = usdAt(usage);
  return reading;
};
