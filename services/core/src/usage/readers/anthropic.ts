/**
 * Anthropic Messages: https://docs.claude.com/en/api/messages (usage), https://docs.claude.com/en/docs/build-with-claude/prompt-caching.
 * `input_tokens` excludes cache reads and writes; `cache_creation` splits the writes by time to live.
 */

import type { ReadApproximation } from '../approximations.ts';
import { countAt, countOf, type Fields, fieldsOf, isFields, rest, textOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage, TokenCounts } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { setCount } from '../split.ts';

export const readAnthropicMessages: Reader = (usage) => {
  if (
    countOf(usage.input_tokens, 'input_tokens') === undefined &&
    countOf(usage.output_tokens, 'output_tokens') === undefined
  ) {
    throw new UnreadableUsage('no_known_field');
  }
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  addTokens(reading.tokens, usage);
  addIterations(reading, usage.iterations);
  const searches = countAt(fieldsOf(usage.server_tool_use), 'web_search_requests') ?? 0;
  if (searches > 0) reading.tools = { webSearches: searches };
  reading.serviceTier = textOf(usage.service_tier);
  reading.region = textOf(usage.inference_geo);
  reading.speed = textOf(usage.speed);
  return reading;
};

function addTokens(tokens: TokenCounts, usage: Fields): void {
  const creation = fieldsOf(usage.cache_creation);
  const fiveMinutes = countOf(creation.ephemeral_5m_input_tokens, 'ephemeral_5m_input_tokens');
  const oneHour = countOf(creation.ephemeral_1h_input_tokens, 'ephemeral_1h_input_tokens');
  const written =
    countOf(usage.cache_creation_input_tokens, 'cache_creation_input_tokens') ?? (fiveMinutes ?? 0) + (oneHour ?? 0);
  if (fiveMinutes !== undefined && fiveMinutes + (oneHour ?? 0) !== written) {
    throw new UnreadableUsage('parts_differ_from_whole:cache_creation_input_tokens');
  }
  add(tokens, 'input', countOf(usage.input_tokens, 'input_tokens'));
  add(tokens, 'cacheRead', countOf(usage.cache_read_input_tokens, 'cache_read_input_tokens'));
  // Without the split all writes have the default time to live of 5 minutes.
  add(tokens, 'cacheWrite5m', rest(written, 'cache_creation_input_tokens', oneHour ?? 0));
  add(tokens, 'cacheWrite1h', oneHour);
  const output = countOf(usage.output_tokens, 'output_tokens') ?? 0;
  const thinking = countOf(fieldsOf(usage.output_tokens_details).thinking_tokens, 'thinking_tokens') ?? 0;
  add(tokens, 'output', rest(output, 'output_tokens', thinking));
  add(tokens, 'reasoning', thinking);
}

/**
 * With server-side compaction the totals leave out the summary, which is billed too; it is one of `iterations`:
 * https://docs.claude.com/en/docs/build-with-claude/compaction. Steps on another model are billed at that model's rates,
 * which one record cannot hold.
 */
function addIterations(reading: NormalUsage, iterations: unknown): void {
  if (!Array.isArray(iterations)) return;
  for (const iteration of iterations) {
    if (!isFields(iteration)) continue;
    if (iteration.type === 'compaction') addTokens(reading.tokens, iteration);
    else if (iteration.type !== 'message' && iteration.type !== undefined) noteOtherModel(reading);
  }
}

function noteOtherModel({ approximate }: NormalUsage): void {
  if (!approximate.includes('other_model_iterations'))
    approximate.push('other_model_iterations' satisfies ReadApproximation);
}

function add(tokens: TokenCounts, name: keyof TokenCounts, count: number | undefined): void {
  if (count !== undefined) setCount(tokens, name, (tokens[name] ?? 0) + count);
}
