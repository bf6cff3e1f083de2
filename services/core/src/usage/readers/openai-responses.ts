/**
 * OpenAI Responses: https://platform.openai.com/docs/api-reference/responses/object. `input_tokens` includes cached and
 * cache-write tokens, `output_tokens` includes reasoning tokens. Web searches are items of the output, which a sender may
 * count (`tools`) or send along.
 */
import { countAt, countOf, type Fields, fieldsOf, textOf, UnreadableUsage } from '../fields.ts';
import { usdAt } from '../money-field.ts';
import type { NormalUsage, ToolCounts } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { toolCounts } from '../response-tools.ts';
import { splitCompletion, splitPrompt } from '../split.ts';

export const readOpenAiResponses: Reader = (usage) => {
  const input = countOf(usage.input_tokens, 'input_tokens');
  const output = countOf(usage.output_tokens, 'output_tokens');
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const inputDetails = fieldsOf(usage.input_tokens_details);
  splitPrompt(
    reading.tokens,
    {
      whole: input ?? 0,
      field: 'input_tokens',
      cached: countOf(inputDetails.cached_tokens, 'cached_tokens'),
      cacheWrite5m: countAt(inputDetails, 'cache_write_tokens', 'cache_creation_tokens'),
      audio: countOf(inputDetails.audio_tokens, 'audio_tokens'),
      image: countOf(inputDetails.image_tokens, 'image_tokens'),
    },
    reading.approximate,
  );
  const outputDetails = fieldsOf(usage.output_tokens_details);
  splitCompletion(reading.tokens, {
    whole: output ?? 0,
    field: 'output_tokens',
    reasoning: countOf(outputDetails.reasoning_tokens, 'reasoning_tokens'),
    audio: countOf(outputDetails.audio_tokens, 'audio_tokens'),
    image: countOf(outputDetails.image_tokens, 'image_tokens'),
  });
  reading.serviceTier = textOf(usage.service_tier);
  reading.reportedCostPicoUsd = usdAt(usage);
  const tools = readTools(usage);
  if (tools !== undefined) reading.tools = tools;
  return reading;
};

/** xAI's counts of its server-side tools. */
function readTools(usage: Fields): ToolCounts | undefined {
  const details = fieldsOf(usage.server_side_tool_usage_details);
  return toolCounts(
    countOf(details.web_search_calls, 'web_search_calls') ?? 0,
    countOf(details.file_search_calls, 'file_search_calls') ?? 0,
    countOf(details.code_interpreter_calls, 'code_interpreter_calls') ?? 0,
  );
}
