/**
 * OpenAI Chat Completions: https://platform.openai.com/docs/api-reference/chat/object. `prompt_tokens` includes cached,
 * cache-write and audio tokens, `completion_tokens` includes reasoning and audio tokens.
 *
 * Values are read by literal names (`usage.prompt_tokens`), not through a helper that takes the name: the engine caches
 * such accesses, and this is the path of most records.
 */
import { countOf, type Fields, fieldsOf, rest, textOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { splitCompletion, splitPrompt } from '../split.ts';

/** OpenAI itself and Groq, whose timing fields (`prompt_time`, …) are no usage. */
export const readOpenAiChat: Reader = (usage) => {
  const { prompt, completion } = chatTotals(usage);
  const reading: NormalUsage = { tokens: {}, approximate: [], serviceTier: textOf(usage.service_tier) };
  const promptParts = chatPromptParts(usage);
  splitPrompt(reading.tokens, { whole: prompt, field: 'prompt_tokens', ...promptParts }, reading.approximate);
  splitCompletion(reading.tokens, { whole: completion, field: 'completion_tokens', ...chatCompletionParts(usage) });
  return reading;
};

/** Prompt and completion; one that is missing is the rest of the total. */
export function chatTotals(usage: Fields, knownPrompt?: number): { prompt: number; completion: number } {
  const prompt = countOf(usage.prompt_tokens, 'prompt_tokens') ?? knownPrompt;
  const completion = countOf(usage.completion_tokens, 'completion_tokens');
  if (prompt !== undefined && completion !== undefined) return { prompt, completion };
  if (prompt === undefined && completion === undefined) throw new UnreadableUsage('no_known_field');
  const total = countOf(usage.total_tokens, 'total_tokens');
  if (prompt !== undefined) {
    return { prompt, completion: total === undefined ? 0 : rest(total, 'total_tokens', prompt) };
  }
  if (total === undefined) throw new UnreadableUsage('no_known_field');
  return { prompt: rest(total, 'total_tokens', completion ?? 0), completion: completion ?? 0 };
}

/** What `prompt_tokens_details` takes out of the prompt. */
export function chatPromptParts(usage: Fields) {
  const details = fieldsOf(usage.prompt_tokens_details);
  return {
    cached: countOf(details.cached_tokens, 'cached_tokens'),
    cacheWrite5m: countOf(details.cache_write_tokens, 'cache_write_tokens'),
    audio: countOf(details.audio_tokens, 'prompt_tokens_details.audio_tokens'),
    image: countOf(details.image_tokens, 'prompt_tokens_details.image_tokens'),
    video: countOf(details.video_tokens, 'prompt_tokens_details.video_tokens'),
  };
}

/** What `completion_tokens_details` takes out of the completion. Predictions are billed as output, used or not. */
export function chatCompletionParts(usage: Fields) {
  const details = fieldsOf(usage.completion_tokens_details);
  return {
    reasoning: countOf(details.reasoning_tokens, 'reasoning_tokens'),
    audio: countOf(details.audio_tokens, 'completion_tokens_details.audio_tokens'),
    image: countOf(details.image_tokens, 'completion_tokens_details.image_tokens'),
    video: countOf(details.video_tokens, 'completion_tokens_details.video_tokens'),
  };
}
