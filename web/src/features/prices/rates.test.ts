import { describe, expect, it } from 'vitest';
import { describeRate, formatRate, keptRate, orderedRates, RATE_NAMES, shownRate } from './rates.ts';

describe('rates as people read them', () => {
  it('are per million tokens, without a float in between', () => {
    expect(shownRate('input_cost_per_token', '0.0000025')).toBe('2.5');
    expect(shownRate('output_cost_per_token', '0.000000000000000000000001')).toBe('0.000000000000000001');
    expect(formatRate('input_cost_per_token', '0.000000125')).toBe('$0.125');
    expect(formatRate('output_cost_per_token', '0.000015')).toBe('$15.00');
    expect(formatRate('output_cost_per_image', '0.04')).toBe('$0.04');
    expect(formatRate('provider_specific_entry.us', '1.1')).toBe('×1.1');
  });

  it.each([
    ['2.5', '0.0000025'],
    [' $1,250 ', '0.00125'],
    ['.1', '0.0000001'],
    ['0', '0'],
    ['0.000000000000000001', '0.000000000000000000000001'],
  ])('are kept from what was typed: %s', (typed, kept) => {
    expect(keptRate('input_cost_per_token', typed)).toBe(kept);
    expect(keptRate('input_cost_per_token', shownRate('input_cost_per_token', kept))).toBe(kept);
  });

  it('are not made of what is no plain number', () => {
    for (const typed of ['', 'free', '1e5', '1.2.3', '1,5', '5 €'])
      expect(keptRate('input_cost_per_token', typed)).toBeUndefined();
  });

  it.each([
    ['input_cost_per_token_above_200k_tokens_batches', 'Input · over 200k tokens · batch', '1M tokens'],
    [
      'cache_creation_input_token_cost_above_1hr_above_200k_tokens',
      'Cache write, 1 hour · over 200k tokens',
      '1M tokens',
    ],
    ['tiered_pricing.32000-128000.output_cost_per_token', 'Output · 32,000 to 128,000 tokens', '1M tokens'],
    ['off_peak_pricing(16:30-00:30).input_cost_per_token', 'Input · off-peak 16:30-00:30 UTC', '1M tokens'],
    ['output_cost_per_second_1080p', 'Output · 1080p', 'second'],
    ['file_search_cost_per_1k_calls', 'File search', '1k calls'],
    ['input_cost_per_image_above_128k_tokens', 'Image input · over 128k tokens', 'image'],
    ['something_new_per_page', 'Something new per page', 'page'],
  ])('say what %s is', (name, label, unit) => {
    expect(describeRate(name)).toMatchObject({ label, unit });
  });

  it('begin with those that most models have', () => {
    const names = orderedRates({
      input_cost_per_token_batches: '1',
      output_cost_per_token: '1',
      cache_read_input_token_cost: '1',
      input_cost_per_token: '1',
    }).map(([name]) => name);
    expect(names).toEqual([
      'input_cost_per_token',
      'output_cost_per_token',
      'cache_read_input_token_cost',
      'input_cost_per_token_batches',
    ]);
  });

  it('have a name and a unit each', () => {
    for (const name of RATE_NAMES)
      expect(describeRate(name)).toMatchObject({ unit: expect.stringMatching(/^(?!unit$)/) });
  });
});
