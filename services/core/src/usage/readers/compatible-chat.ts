/** Servers with OpenAI's form of usage and additions of their own. */
import { countAt, countOf, type Fields, fieldsOf, quantityAt, rest, textOf, UnreadableUsage } from '../fields.ts';
import { usdAt } from '../money-field.ts';
import { type NormalUsage, SEARCH_CONTEXT_SIZES } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { splitCompletion, splitPrompt } from '../split.ts';
import { chatCompletionParts, chatPromptParts, chatTotals } from './openai-chat.ts';

/** OpenRouter (https://openrouter.ai/docs/use-cases/usage-accounting), Perplexity, Moonshot, vLLM and any other server. */
export const readCompatibleChat: Reader = (usage, { provider }) => {
  const { prompt, completion } = chatTotals(usage);
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const parts = chatPromptParts(usage);
  const promptParts = {
    ...parts,
    // Some servers have the cached tokens at the top, or name them as DeepSeek does.
    cached: parts.cached ?? countAt(usage, 'cached_tokens', 'prompt_cache_hit_tokens'),
    ...cacheWrites(fieldsOf(usage.prompt_tokens_details)),
  };
  splitPrompt(reading.tokens, { whole: prompt, field: 'prompt_tokens', ...promptParts }, reading.approximate);

  const completionParts = chatCompletionParts(usage);
  const atTop = countOf(usage.reasoning_tokens, 'reasoning_tokens');
  // Perplexity counts the reasoning of its research models beside the completion:
  // https://docs.perplexity.ai/getting-started/models/models/sonar-deep-research
  const beside = provider === 'perplexity' ? (atTop ?? 0) : 0;
  const reasoning = completionParts.reasoning ?? atTop ?? 0;
  splitCompletion(reading.tokens, {
    whole: completion + beside,
    field: 'completion_tokens',
    ...completionParts,
    reasoning: beside > 0 ? beside : reasoning,
  });
  addExtras(reading, usage);
  return reading;
};

/**
 * xAI counts reasoning beside `completion_tokens`: https://docs.x.ai/docs/guides/reasoning. An object whose total says
 * that it is inside is read that way.
 */
export const readXaiChat: Reader = (usage) => {
  const { prompt, completion } = chatTotals(usage);
  const parts = chatCompletionParts(usage);
  const reasoning = parts.reasoning ?? 0;
  const isInside = countOf(usage.total_tokens, 'total_tokens') === prompt + completion;
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const promptParts = chatPromptParts(usage);
  splitPrompt(reading.tokens, { whole: prompt, field: 'prompt_tokens', ...promptParts }, reading.approximate);
  const whole = isInside ? completion : completion + reasoning;
  splitCompletion(reading.tokens, { whole, field: 'completion_tokens', ...parts });
  addExtras(reading, usage);
  return reading;
};

/** https://api-docs.deepseek.com/guides/kv_cache: hits and misses are the whole prompt. */
export const readDeepSeekChat: Reader = (usage) => {
  const hit = countOf(usage.prompt_cache_hit_tokens, 'prompt_cache_hit_tokens');
  const miss = countOf(usage.prompt_cache_miss_tokens, 'prompt_cache_miss_tokens');
  const known = hit === undefined || miss === undefined ? undefined : hit + miss;
  const { prompt, completion } = chatTotals(usage, known);
  if (known !== undefined && known !== prompt) throw new UnreadableUsage('parts_differ_from_whole:prompt_tokens');
  const cached = hit ?? chatPromptParts(usage).cached;
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  splitPrompt(reading.tokens, { whole: prompt, field: 'prompt_tokens', cached }, reading.approximate);
  splitCompletion(reading.tokens, { whole: completion, field: 'completion_tokens', ...chatCompletionParts(usage) });
  return reading;
};

/**
 * https://docs.mistral.ai/api: the OpenAI form, with the seconds of audio in the prompt; the OCR endpoint reports pages
 * instead.
 */
export const readMistralChat: Reader = (usage, context) => {
  const pages = countOf(usage.pages_processed, 'pages_processed');
  if (pages !== undefined) {
    const annotated = countOf(usage.pages_processed_annotation, 'pages_processed_annotation');
    const units = { pages, ...(annotated !== undefined && { annotatedPages: annotated }) };
    return { tokens: {}, units, approximate: [] };
  }
  const reading = readCompatibleChat(usage, context);
  // An empty object where there is no audio.
  const seconds = typeof usage.prompt_audio_seconds === 'object' ? 0 : quantityAt(usage, 'prompt_audio_seconds');
  if (seconds !== undefined && seconds > 0) reading.units = { ...reading.units, seconds };
  return reading;
};

/** Anthropic's split of the writes by time to live, where a gateway passes it on. */
function cacheWrites(details: Fields): { cacheWrite5m: number; cacheWrite1h: number } {
  const whole = countAt(details, 'cache_write_tokens', 'cache_creation_tokens', 'cache_creation_input_tokens');
  const creation = fieldsOf(details.cache_creation ?? details.cache_creation_token_details);
  const oneHour = countAt(creation, 'ephemeral_1h_input_tokens') ?? 0;
  const fiveMinutes = countAt(creation, 'ephemeral_5m_input_tokens') ?? 0;
  if (whole === undefined) return { cacheWrite5m: fiveMinutes, cacheWrite1h: oneHour };
  return { cacheWrite5m: rest(whole, 'cache_write_tokens', oneHour), cacheWrite1h: oneHour };
}

/** Searches, citations, the server's own figure of the cost, the tier. */
function addExtras(reading: NormalUsage, usage: Fields): void {
  reading.serviceTier = textOf(usage.service_tier);
  reading.reportedCostPicoUsd = usdAt(usage);
  const size = textOf(usage.search_context_size);
  const searches =
    countAt(fieldsOf(usage.server_tool_use), 'web_search_requests') ??
    countAt(fieldsOf(usage.server_side_tool_usage_details), 'web_search_calls') ??
    countOf(usage.num_search_queries, 'num_search_queries') ??
    // Perplexity charges a request by the size of its search context: https://docs.perplexity.ai/getting-started/pricing
    (size === undefined ? undefined : 1);
  if (searches !== undefined && searches > 0) reading.tools = { webSearches: searches };
  const known = SEARCH_CONTEXT_SIZES.find((name) => name === size);
  if (known !== undefined) reading.traits = { searchContextSize: known };
  const citations = countOf(usage.citation_tokens, 'citation_tokens') ?? 0;
  if (citations > 0) reading.units = { citationTokens: citations };
}
