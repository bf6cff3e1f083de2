/**
 * OpenAI Realtime, the `usage` of `response.done`: https://platform.openai.com/docs/api-reference/realtime-server-events/response/done.
 * `input_tokens` is text, audio and images, each with its cached tokens; `cached_tokens_details` splits those.
 */
import { countAt, fieldsAt, UnreadableUsage } from '../fields.ts';
import type { Reader, Reading } from '../reading.ts';
import { splitCompletion, splitPrompt } from '../split.ts';

export const readOpenAiRealtime: Reader = (usage) => {
  const input = countAt(usage, 'input_tokens');
  const output = countAt(usage, 'output_tokens');
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const details = fieldsAt(usage, 'input_token_details', 'input_tokens_details');
  const cachedDetails = fieldsAt(details, 'cached_tokens_details');
  const reading: Reading = { tokens: {}, approximate: [] };
  splitPrompt(
    reading.tokens,
    {
      whole: input ?? 0,
      field: 'input_tokens',
      cached: countAt(details, 'cached_tokens'),
      audio: countAt(details, 'audio_tokens'),
      image: countAt(details, 'image_tokens'),
      cachedAudio: countAt(cachedDetails, 'audio_tokens'),
      cachedImage: countAt(cachedDetails, 'image_tokens'),
    },
    reading.approximate,
  );
  const outputDetails = fieldsAt(usage, 'output_token_details', 'output_tokens_details');
  splitCompletion(reading.tokens, {
    whole: output ?? 0,
    field: 'output_tokens',
    reasoning: countAt(outputDetails, 'reasoning_tokens'),
    audio: countAt(outputDetails, 'audio_tokens'),
  });
  return reading;
};
