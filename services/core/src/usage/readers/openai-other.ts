/** OpenAI's embeddings, images, transcriptions and speech. */
import { countAt, fieldsAt, quantityAt, rest, textAt, UnreadableUsage } from '../fields.ts';
import { usdAt } from '../money-field.ts';
import type { UsageTraits } from '../normal-form.ts';
import type { Reader, Reading } from '../reading.ts';
import { setCount, splitCompletion, splitPrompt } from '../split.ts';

/** https://platform.openai.com/docs/api-reference/embeddings: `prompt_tokens` is all there is. */
export const readOpenAiEmbeddings: Reader = (usage) => {
  const prompt = countAt(usage, 'prompt_tokens') ?? countAt(usage, 'total_tokens');
  if (prompt === undefined) throw new UnreadableUsage('no_known_field');
  const reading: Reading = { tokens: {}, approximate: [] };
  const details = fieldsAt(usage, 'prompt_tokens_details');
  splitPrompt(
    reading.tokens,
    {
      whole: prompt,
      field: 'prompt_tokens',
      image: countAt(details, 'image_tokens'),
      audio: countAt(details, 'audio_tokens'),
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
  const input = countAt(usage, 'input_tokens');
  const output = countAt(usage, 'output_tokens');
  const images = countAt(usage, 'images', 'n');
  if (input === undefined && output === undefined && images === undefined) throw new UnreadableUsage('no_known_field');
  const reading: Reading = { tokens: {}, approximate: [] };
  const details = fieldsAt(usage, 'input_tokens_details');
  const cachedDetails = fieldsAt(details, 'cached_tokens_details');
  const image = countAt(details, 'image_tokens');
  splitPrompt(
    reading.tokens,
    {
      whole: input ?? 0,
      field: 'input_tokens',
      cached: countAt(details, 'cached_tokens'),
      image,
      cachedImage: countAt(cachedDetails, 'image_tokens'),
    },
    reading.approximate,
  );
  const outputDetails = fieldsAt(usage, 'output_tokens_details');
  const text = countAt(outputDetails, 'text_tokens') ?? 0;
  const reasoning = countAt(outputDetails, 'reasoning_tokens') ?? 0;
  // Without details, all of the output is the image.
  const generated = countAt(outputDetails, 'image_tokens') ?? rest(output ?? 0, 'output_tokens', text, reasoning);
  splitCompletion(reading.tokens, { whole: output ?? 0, field: 'output_tokens', reasoning, image: generated });
  if (images !== undefined && images > 0) reading.units = { outputImages: images };
  const traits: UsageTraits = {};
  const size = textAt(usage, 'size');
  const quality = textAt(usage, 'quality');
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
export const readOpenAiTranscription: Reader = (usage) => {
  const seconds = quantityAt(usage, 'seconds', 'duration');
  const input = countAt(usage, 'input_tokens');
  const output = countAt(usage, 'output_tokens');
  if (seconds === undefined && input === undefined && output === undefined) {
    throw new UnreadableUsage('no_known_field');
  }
  const reading: Reading = { tokens: {}, approximate: [] };
  if (seconds !== undefined && seconds > 0) reading.units = { seconds };
  const details = fieldsAt(usage, 'input_token_details', 'input_tokens_details');
  const text = countAt(details, 'text_tokens');
  const audio = countAt(details, 'audio_tokens');
  const whole = input ?? 0;
  if (whole > 0 && text === undefined && audio === undefined) reading.approximate.push('modality_assumed');
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
  const input = countAt(usage, 'input_tokens');
  const output = countAt(usage, 'output_tokens');
  if (characters === undefined && input === undefined && output === undefined) {
    throw new UnreadableUsage('no_known_field');
  }
  const reading: Reading = { tokens: {}, approximate: [] };
  if (characters !== undefined && characters > 0) reading.units = { inputCharacters: characters };
  setCount(reading.tokens, 'input', input ?? 0);
  setCount(reading.tokens, 'outputAudio', output ?? 0);
  return reading;
};
