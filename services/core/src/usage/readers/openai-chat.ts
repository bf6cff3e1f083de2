/**
 * OpenAI Chat Completions and what calls itself compatible with it.
 *
 * https://platform.openai.com/docs/api-reference/chat/object: `prompt_tokens` includes cached, cache-write and audio
 * tokens, `completion_tokens` includes reasoning and audio tokens.
 */
import { countAt, type Fields, fieldsAt, rest, textAt, UnreadableUsage } from '../fields.ts';
import { usdAt } from '../money-field.ts';
import { SEARCH_CONTEXT_SIZES } from '../normal-form.ts';
import type { Reader, Reading } from '../reading.ts';
import { setCount, splitCompletion, splitPrompt } from '../split.ts';

/** OpenAI itself, OpenRouter, Groq, and any server of the same form. */
export const readOpenAiChat: Reader = (usage, { provider }) => {
  const { prompt, completion } = totals(usage);
  const reading: Reading = { tokens: {}, approximate: [] };
  const details = fieldsAt(usage, 'prompt_tokens_details');
  splitPrompt(
    reading.tokens,
    {
      whole: prompt,
      field: 'prompt_tokens',
      // Moonshot and Cohere's compatible endpoint have the cached tokens at the top, DeepSeek's format has hits.
      cached: countAt(details, 'cached_tokens') ?? countAt(usage, 'cached_tokens', 'prompt_cache_hit_tokens'),
      ...cacheWrites(details),
      audio: countAt(details, 'audio_tokens'),
      image: countAt(details, 'image_tokens'),
      video: countAt(details, 'video_tokens'),
    },
    reading.approximate,
  );
  const parts = completionParts(usage);
  // Perplexity counts the reasoning of its research models beside the completion:
  // https://docs.perplexity.ai/getting-started/models/models/sonar-deep-research
  const outside = provider === 'perplexity' ? (countAt(usage, 'reasoning_tokens') ?? 0) : 0;
  splitCompletion(reading.tokens, {
    whole: completion,
    field: 'completion_tokens',
    ...parts,
    ...(outside > 0 && { reasoning: 0 }),
  });
  setCount(reading.tokens, 'reasoning', outside > 0 ? outside : parts.reasoning);
  addExtras(reading, usage);
  return reading;
};

/**
 * xAI counts reasoning beside `completion_tokens`: https://docs.x.ai/docs/guides/reasoning. An object whose total says
 * that it is inside is read that way.
 */
export const readXaiChat: Reader = (usage) => {
  const { prompt, completion } = totals(usage);
  const { reasoning, ...parts } = completionParts(usage);
  const total = countAt(usage, 'total_tokens');
  const inside = reasoning > 0 && total === prompt + completion;
  const reading: Reading = { tokens: {}, approximate: [] };
  const details = fieldsAt(usage, 'prompt_tokens_details');
  splitPrompt(
    reading.tokens,
    {
      whole: prompt,
      field: 'prompt_tokens',
      cached: countAt(details, 'cached_tokens'),
      audio: countAt(details, 'audio_tokens'),
      image: countAt(details, 'image_tokens'),
    },
    reading.approximate,
  );
  const whole = inside ? completion : completion + reasoning;
  splitCompletion(reading.tokens, { whole, field: 'completion_tokens', reasoning, ...parts });
  addExtras(reading, usage);
  return reading;
};

/** https://api-docs.deepseek.com/guides/kv_cache: hits and misses are the whole prompt. */
export const readDeepSeekChat: Reader = (usage) => {
  const hit = countAt(usage, 'prompt_cache_hit_tokens');
  const miss = countAt(usage, 'prompt_cache_miss_tokens');
  const { prompt, completion } = totals(usage, hit !== undefined && miss !== undefined ? hit + miss : undefined);
  if (hit !== undefined && miss !== undefined && hit + miss !== prompt) {
    throw new UnreadableUsage('parts_differ_from_whole:prompt_tokens');
  }
  const cached = hit ?? countAt(fieldsAt(usage, 'prompt_tokens_details'), 'cached_tokens');
  const reading: Reading = { tokens: {}, approximate: [] };
  splitPrompt(reading.tokens, { whole: prompt, field: 'prompt_tokens', cached }, reading.approximate);
  splitCompletion(reading.tokens, { whole: completion, field: 'completion_tokens', ...completionParts(usage) });
  addExtras(reading, usage);
  return reading;
};

/**
 * https://docs.mistral.ai/api: the OpenAI form, with the seconds of audio in the prompt; the OCR endpoint reports pages
 * instead.
 */
export const readMistralChat: Reader = (usage, context) => {
  const pages = countAt(usage, 'pages_processed');
  if (pages !== undefined) {
    const annotated = countAt(usage, 'pages_processed_annotation', 'annotation_pages_processed');
    const units = { pages, ...(annotated !== undefined && { annotatedPages: annotated }) };
    return { tokens: {}, units, approximate: [] };
  }
  const reading = readOpenAiChat(usage, context);
  const audio = usage.prompt_audio_seconds;
  const seconds = typeof audio === 'object' ? undefined : countAt(usage, 'prompt_audio_seconds');
  if (seconds !== undefined && seconds > 0) reading.units = { ...reading.units, seconds };
  return reading;
};

/** Prompt and completion; one that is missing is the rest of the total. */
function totals(usage: Fields, knownPrompt?: number): { prompt: number; completion: number } {
  const prompt = countAt(usage, 'prompt_tokens') ?? knownPrompt;
  const completion = countAt(usage, 'completion_tokens');
  if (prompt !== undefined && completion !== undefined) return { prompt, completion };
  const total = countAt(usage, 'total_tokens');
  if (prompt === undefined && completion === undefined) throw new UnreadableUsage('no_known_field');
  if (prompt !== undefined) {
    return { prompt, completion: total === undefined ? 0 : rest(total, 'total_tokens', prompt) };
  }
  if (total === undefined) throw new UnreadableUsage('no_known_field');
  return { prompt: rest(total, 'total_tokens', completion ?? 0), completion: completion ?? 0 };
}

function cacheWrites(details: Fields): { cacheWrite5m: number; cacheWrite1h: number } {
  const whole = countAt(details, 'cache_write_tokens', 'cache_creation_tokens', 'cache_creation_input_tokens');
  const creation = fieldsAt(details, 'cache_creation', 'cache_creation_token_details');
  const oneHour = countAt(creation, 'ephemeral_1h_input_tokens') ?? 0;
  const fiveMinutes = countAt(creation, 'ephemeral_5m_input_tokens');
  if (whole === undefined) return { cacheWrite5m: fiveMinutes ?? 0, cacheWrite1h: oneHour };
  return { cacheWrite5m: rest(whole, 'cache_write_tokens', oneHour), cacheWrite1h: oneHour };
}

function completionParts(usage: Fields): { reasoning: number; audio: number; image: number; video: number } {
  const details = fieldsAt(usage, 'completion_tokens_details');
  return {
    reasoning: countAt(details, 'reasoning_tokens') ?? countAt(usage, 'reasoning_tokens') ?? 0,
    audio: countAt(details, 'audio_tokens') ?? 0,
    image: countAt(details, 'image_tokens') ?? 0,
    video: countAt(details, 'video_tokens') ?? 0,
  };
}

/** What the compatible servers add: searches, citations, their own figure of the cost, the tier. */
function addExtras(reading: Reading, usage: Fields): void {
  reading.serviceTier = textAt(usage, 'service_tier');
  reading.reportedCostPicoUsd = usdAt(usage);
  const size = textAt(usage, 'search_context_size');
  const searches =
    countAt(fieldsAt(usage, 'server_tool_use'), 'web_search_requests') ??
    countAt(fieldsAt(usage, 'server_side_tool_usage_details'), 'web_search_calls') ??
    countAt(usage, 'num_search_queries') ??
    // Perplexity charges a request by the size of its search context: https://docs.perplexity.ai/getting-started/pricing
    (size === undefined ? undefined : 1);
  if (searches !== undefined && searches > 0) reading.tools = { webSearches: searches };
  const known = SEARCH_CONTEXT_SIZES.find((name) => name === size);
  if (known !== undefined) reading.traits = { searchContextSize: known };
  const citations = countAt(usage, 'citation_tokens');
  if (citations !== undefined && citations > 0) reading.units = { citationTokens: citations };
}
