/**
 * Cohere: https://docs.cohere.com/reference/chat (usage.billed_units). What is billed, not what the model saw
 * (`usage.tokens`, which includes Cohere's own prompt).
 */
import { countOf, fieldsOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage, UnitCounts } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { setCount } from '../split.ts';

export const readCohereChat: Reader = (usage) => {
  const own = fieldsOf(usage.billed_units);
  const billed = Object.keys(own).length > 0 ? own : fieldsOf(fieldsOf(usage.meta).billed_units);
  const input = countOf(billed.input_tokens, 'input_tokens');
  const output = countOf(billed.output_tokens, 'output_tokens');
  const searches = countOf(billed.search_units, 'search_units');
  const images = countOf(billed.images, 'images');
  if ([input, output, searches, images].every((count) => count === undefined)) {
    throw new UnreadableUsage('no_known_field');
  }
  const reading: NormalUsage = { tokens: {}, approximate: [] };
  setCount(reading.tokens, 'input', input ?? 0);
  setCount(reading.tokens, 'inputImage', countOf(billed.image_tokens, 'image_tokens') ?? 0);
  setCount(reading.tokens, 'output', output ?? 0);
  const units: UnitCounts = {};
  if (searches !== undefined && searches > 0) units.queries = searches;
  if (images !== undefined && images > 0) units.inputImages = images;
  if (Object.keys(units).length > 0) reading.units = units;
  return reading;
};
