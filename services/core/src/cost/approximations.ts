/**
 * Why a cost may differ from the invoice. The names are stored with the record and shown to people, so they are
 * never renamed; each is given once a record, however many classes it concerns.
 */
export const APPROXIMATIONS = {
  other_provider_price: "The price is another provider's for a model of this name.",
  tier_rate_missing: 'The price list has no rate for the service tier; its standard rate of the same size was used.',
  service_tier_unknown: 'The service tier is none that the price list knows; the standard rate was used.',
  requested_tier: 'The provider did not say which service tier it served; the requested one was used.',
  size_rate_missing: 'A class has no rate of its own for prompts of this size; its rate for smaller prompts was used.',
  cache_read_at_input_rate: 'The price list has no cache-read rate; the input rate was used.',
  cache_write_at_input_rate: 'The price list has no cache-write rate; the input rate was used.',
  cache_write_1h_at_5m_rate: 'The price list has no 1-hour cache-write rate; the 5-minute rate was used.',
  audio_at_text_rate: 'The price list has no audio rate; the text rate was used.',
  image_at_text_rate: 'The price list has no image rate; the text rate was used.',
  video_at_text_rate: 'The price list has no video rate; the text rate was used.',
  text_at_image_rate: 'The price list has no text rate for the output; the image rate was used.',
  cached_media_at_text_cache_rate: 'The price list has no cache rate for audio or images; that for text was used.',
  speed_rate_missing: 'The price list has no rate for the speed mode; the standard rate was used.',
  search_size_assumed: 'The size of the search context is not known; medium was assumed.',
  results_assumed: 'The number of results asked for is not known; the cheapest step was assumed.',
  quantity_assumed: 'The number of billed queries is not known; one was assumed.',
  tool_fee_missing: 'A tool was used whose fee is not in the price list; the fee is left out.',
  video_interval_assumed: 'The sampling interval of the video is not known; its length selected the rate.',
} as const;

export type Approximation = keyof typeof APPROXIMATIONS;

/** Why there is no cost. Stored with the record, so never renamed. */
export const UNPRICED_REASONS = {
  unknown_model: 'No price list has a model of this name.',
  no_rates_in_file: 'The price list names the model but has no rate for it.',
  zero_in_file: 'The price list says 0 for a model that is not known to be free.',
  no_price_at_time: 'The model has prices, but none was in effect when the call was made.',
  missing_rate: 'The price list has no rate for something that the call used.',
  missing_quantity: 'The model is billed by a quantity (seconds, images, pages, …) that the record does not have.',
} as const;

export type UnpricedReason = keyof typeof UNPRICED_REASONS;

/** Adds a reason that is not there yet. */
export function note(approximate: Approximation[], reason: Approximation): void {
  if (!approximate.includes(reason)) approximate.push(reason);
}
