/** OpenAI's embeddings, images, transcriptions and speech. */

import type { ReadApproximation } from '../approximations.ts';
import { countAt, countOf, fieldsOf, isFields, quantityAt, rest, textOf, UnreadableUsage } from '../fields.ts';
import { usdAt } from '../money-field.ts';
import type { NormalUsage, UsageTraits } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { setCount, splitCompletion, splitPrompt } from '../split.ts';

/** https://platform.openai.com/docs/api-reference/embeddings: `prompt_tokens` is all there is. */
export const readOpenAiEmbeddings: Reader = (usage) => {
  const prompt = countOf(usage.prompt_tokens, 'prompt_tokens') ?? countOf(usage.total_tokens, 'total_tokens');
  if (prompt === undefined) throw new UnreadableUsage('no_known_field');
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const details = fieldsOf(usage.prompt_tokens_details);
  splitPrompt(
    reading.tokens,
    {
      whole: prompt,
      field: 'prompt_tokens',
      image: countOf(details.image_tokens, 'image_tokens'),
      audio: countOf(details.audio_tokens, 'audio_tokens'),
    },
    reading.approximate,
  );
  reading.reportedCostPicoUsd = usdAt(usage);
  return reading;
};

/**
 * https://platform.openai.com/docs/api-reference/images/object: the GPT image models report tokens, split by text and
 * image; DALL·E reports nothing, so the sender counts the images.
 */
export const readOpenAiImages: Reader = (usage) => {
  const input = countOf(usage.input_tokens, 'input_tokens');
  const output = countOf(usage.output_tokens, 'output_tokens');
  const images = countAt(usage, 'images', 'n');
  if (input === undefined && output === undefined && images === undefined) throw new UnreadableUsage('no_known_field');
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  const details = fieldsOf(usage.input_tokens_details);
  const cachedDetails = fieldsOf(details.cached_tokens_details);
  const image = countOf(details.image_tokens, 'image_tokens');
  splitPrompt(
    reading.tokens,
    {
      whole: input ?? 0,
      field: 'input_tokens',
      cached: countOf(details.cached_tokens, 'cached_tokens'),
      image,
      cachedImage: countOf(cachedDetails.image_tokens, 'image_tokens'),
    },
    reading.approximate,
  );
  const outputDetails = fieldsOf(usage.output_tokens_details);
  const text = countOf(outputDetails.text_tokens, 'text_tokens') ?? 0;
  const reasoning = countOf(outputDetails.reasoning_tokens, 'reasoning_tokens') ?? 0;
  // Without details, all of the output is the image.
  const generated =
    countOf(outputDetails.image_tokens, 'image_tokens') ?? rest(output ?? 0, 'output_tokens', text, reasoning);
  splitCompletion(reading.tokens, { whole: output ?? 0, field: 'output_tokens', reasoning, image: generated });
  if (images !== undefined && images > 0) reading.units = { outputImages: images };
  const traits: UsageTraits = {};
  const size = textOf(usage.size);
  const quality = textOf(usage.quality);
  if (size !== undefined) traits.imageSize = size;
  if (quality !== undefined) traits.imageQuality = quality;
  if (Object.keys(traits).length > 0) reading.traits = traits;
  reading.reportedCostPicoUsd = usdAt(usage);
  return reading;
};

/**
 * https://platform.openai.com/docs/api-reference/audio/json-object: `{type: 'duration', seconds}` for Whisper,
 * `{type: 'tokens', …}` with the audio and text of the input for the GPT models.
 */
export const readOpenAiTranscription: Reader = (usage, context) => {
  // The verbose response has the length of the audio beside a usage that says what is billed.
  if (isFields(usage.usage)) return readOpenAiTranscription(usage.usage, context);
  const seconds = quantityAt(usage, 'seconds', 'duration');
  const input = countOf(usage.input_tokens, 'input_tokens');
  const output = countOf(usage.output_tokens, 'output_tokens');
  if (seconds === undefined && input === undefined && output === undefined) {
    throw new UnreadableUsage('no_known_field');
  }
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  if (seconds !== undefined && seconds > 0) reading.units = { seconds };
  const details = fieldsOf(usage.input_token_details ?? usage.input_tokens_details);
  const text = countOf(details.text_tokens, 'text_tokens');
  const audio = countOf(details.audio_tokens, 'audio_tokens');
  const whole = input ?? 0;
  if (whole > 0 && text === undefined && audio === undefined)
    reading.approximate.push('modality_assumed' satisfies ReadApproximation);
  const heard = audio ?? rest(whole, 'input_tokens', text ?? 0);
  setCount(reading.tokens, 'input', rest(whole, 'input_tokens', heard));
  setCount(reading.tokens, 'inputAudio', heard);
  setCount(reading.tokens, 'output', output ?? 0);
  return reading;
};

/**
 * https://platform.openai.com/docs/api-reference/audio/createSpeech: the characters of the request's text, which the
 * sender counts, or the tokens of the last event of a stream.
 */
export const readOpenAiSpeech: Reader = (usage) => {
  const characters = countAt(usage, 'characters', 'input_characters');
  const input = countOf(usage.input_tokens, 'input_tokens');
  const output = countOf(usage.output_tokens, 'output_tokens');
  if (characters === undefined && input === undefined && output === undefined) {
    throw new UnreadableUsage('no_known_field');
  }
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  if (characters !== undefined && characters > 0) reading.units = { inputCharacters: characters };
  setCount(reading.tokens, 'input', input ?? 0);
  setCount(reading.tokens, 'outputAudio', output ?? 0);
  return reading;
};
