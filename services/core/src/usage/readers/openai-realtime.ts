/**
 * OpenAI Realtime, the `usage` of `response.done`: https://platform.openai.com/docs/api-reference/realtime-server-events/response/done.
 * `input_tokens` is text, audio and images, each with its cached tokens; `cached_tokens_details` splits those.
 */
import { countOf, fieldsOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { splitCompletion, splitPrompt } from '../split.ts';

export const readOpenAiRealtime: Reader = (usage) => {
  const input = countOf(usage.input_tokens, 'input_tokens');
  const output = countOf(usage.output_tokens, 'output_tokens');
  if (input === undefined && output === undefined) throw new UnreadableUsage('no_known_field');
  const details = fieldsOf(usage.input_token_details ?? usage.input_tokens_details);
  const cachedDetails = fieldsOf(details.cached_tokens_details);
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  splitPrompt(
    reading.tokens,
    {
      whole: input ?? 0,
      field: 'input_tokens',
      cached: countOf(details.cached_tokens, 'cached_tokens'),
      audio: countOf(details.audio_tokens, 'audio_tokens'),
      image: countOf(details.image_tokens, 'image_tokens'),
      cachedAudio: countOf(cachedDetails.audio_tokens, 'audio_tokens'),
      cachedImage: countOf(cachedDetails.image_tokens, 'image_tokens'),
    },
    reading.approximate,
  );
  const outputDetails = fieldsOf(usage.output_token_details ?? usage.output_tokens_details);
  splitCompletion(reading.tokens, {
    whole: output ?? 0,
    field: 'output_tokens',
    reasoning: countOf(outputDetails.reasoning_tokens, 'reasoning_tokens'),
    audio: countOf(outputDetails.audio_tokens, 'audio_tokens'),
  });
  return reading;
};
