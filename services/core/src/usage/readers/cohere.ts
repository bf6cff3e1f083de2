/**
 * Cohere: https://docs.cohere.com/reference/chat (usage.billed_units). What is billed, not what the model saw
 * (`usage.tokens`, which includes Cohere's own prompt).
 */
import { countAt, fieldsAt, UnreadableUsage } from '../fields.ts';
import type { UnitCounts } from '../normal-form.ts';
import type { Reader, Reading } from '../reading.ts';
import { setCount } from '../split.ts';

export const readCohereChat: Reader = (usage) => {
  const own = fieldsAt(usage, 'billed_units');
  const billed = Object.keys(own).length > 0 ? own : fieldsAt(fieldsAt(usage, 'meta'), 'billed_units');
  const input = countAt(billed, 'input_tokens');
  const output = countAt(billed, 'output_tokens');
  const searches = countAt(billed, 'search_units');
  const images = countAt(billed, 'images');
  if ([input, output, searches, images].every((count) => count === undefined)) {
    throw new UnreadableUsage('no_known_field');
  }
  const reading: Reading = { tokens: {}, approximate: [] };
  setCount(reading.tokens, 'input', input ?? 0);
  setCount(reading.tokens, 'inputImage', countAt(billed, 'image_tokens') ?? 0);
  setCount(reading.tokens, 'output', output ?? 0);
  const units: UnitCounts = {};
  if (searches !== undefined && searches > 0) units.queries = searches;
  if (images !== undefined && images > 0) units.inputImages = images;
  if (Object.keys(units).length > 0) reading.units = units;
  return reading;
};
