/**
 * OpenAI Responses: https://platform.openai.com/docs/api-reference/responses/object. `input_tokens` includes cached and
 * cache-write tokens, `output_tokens` includes reasoning tokens. Web searches are items of the output, which a sender may
 * count (`tools`) or send along.
 */
import { countAt, type Fields, fieldsAt, textAt, UnreadableUsage } from '../fields.ts';
import { usdAt } from '../money-field.ts';
import type { ToolCounts } from '../normal-form.ts';
import type { Reader, Reading } from '../reading.ts';
import { toolCounts } from '../response-tools.ts';
import { splitCompletion, splitPrompt } from '../split.ts';

export const readOpenAiResponses: Reader = (usage) => {
  const input = countAt(usage, 'input_tokens');
  const output = countAt(usage, 'output_tokens');
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const reading: Reading = { tokens: {}, approximate: [] };
  const inputDetails = fieldsAt(usage, 'input_tokens_details');
  splitPrompt(
    reading.tokens,
    {
      whole: input ?? 0,
      field: 'input_tokens',
      cached: countAt(inputDetails, 'cached_tokens'),
      cacheWrite5m: countAt(inputDetails, 'cache_write_tokens', 'cache_creation_tokens'),
      audio: countAt(inputDetails, 'audio_tokens'),
      image: countAt(inputDetails, 'image_tokens'),
    },
    reading.approximate,
  );
  const outputDetails = fieldsAt(usage, 'output_tokens_details');
  splitCompletion(reading.tokens, {
    whole: output ?? 0,
    field: 'output_tokens',
    reasoning: countAt(outputDetails, 'reasoning_tokens'),
    audio: countAt(outputDetails, 'audio_tokens'),
    image: countAt(outputDetails, 'image_tokens'),
  });
  reading.serviceTier = textAt(usage, 'service_tier');
  reading.reportedCostPicoUsd = usdAt(usage);
  const tools = readTools(usage);
  if (tools !== undefined) reading.tools = tools;
  return reading;
};

/** xAI's counts of its server-side tools. */
function readTools(usage: Fields): ToolCounts | undefined {
  const details = fieldsAt(usage, 'server_side_tool_usage_details');
  return toolCounts(
    countAt(details, 'web_search_calls') ?? 0,
    countAt(details, 'file_search_calls') ?? 0,
    countAt(details, 'code_interpreter_calls') ?? 0,
  );
}
