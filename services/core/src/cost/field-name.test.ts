import { describe, expect, it } from 'vitest';
import { parseFieldName } from './field-name.ts';

describe('parseFieldName', () => {
  it.each([
    ['input_cost_per_token', { slot: 'input', tier: 'standard', threshold: 0 }],
    ['cache_creation_input_token_cost_above_1hr', { slot: 'cacheWrite1h', threshold: 0 }],
    ['cache_creation_input_token_cost_above_1hr_above_200k_tokens', { slot: 'cacheWrite1h', threshold: 200_000 }],
    ['input_cost_per_token_above_272k_tokens_priority', { slot: 'input', tier: 'priority', threshold: 272_000 }],
    ['cache_read_input_token_cost_above_512k_tokens', { slot: 'cacheRead', threshold: 512_000 }],
    ['output_cost_per_token_batches', { slot: 'output', tier: 'batch' }],
    ['output_cost_per_token_flex', { slot: 'output', tier: 'flex' }],
    ['input_cost_per_token_above_128_tokens', { slot: 'input', threshold: 128 }],
    ['input_cost_per_token_cache_hit', { slot: 'cacheHit' }],
    ['input_cost_per_image_above_128k_tokens', { slot: 'inputImages', threshold: 128_000 }],
    ['input_cost_per_video_per_second_above_15s_interval', { slot: 'inputVideoSeconds', intervalSeconds: 15 }],
    ['output_cost_per_second_1080p', { slot: 'outputSeconds', resolution: '1080p' }],
    ['file_search_cost_per_1k_calls', { slot: 'fileSearches', per: 1000 }],
    ['search_context_cost_per_query.search_context_size_low', { slot: 'webSearches.low' }],
    ['tiered_pricing.32000-128000.output_cost_per_token', { slot: 'output', promptRange: [32_000, 128_000] }],
    ['tiered_pricing.results_26-100.input_cost_per_query', { slot: 'queries', resultsRange: [26, 100] }],
    ['off_peak_pricing(16:30-00:30).output_cost_per_token', { slot: 'output', offPeak: '16:30-00:30' }],
    ['input_cost_per_token_batch_requests', { slot: 'input', tier: 'batch' }],
  ])('reads the conditions in %s', (name, conditions) => {
    expect(parseFieldName(name)).toMatchObject({ kind: 'rate', ...conditions });
  });

  it.each([
    ['regional_processing_uplift_multiplier_eu', 'eu'],
    ['provider_specific_entry.fast', 'fast'],
    ['regional_endpoint_uplift_multiplier', '*'],
  ])('reads %s as a multiplier', (name, applies) => {
    expect(parseFieldName(name)).toEqual({ kind: 'multiplier', applies });
  });

  it.each(['input_dbu_cost_per_token', 'max_tokens', 'input_cost_per_token_priority_above_200k_tokens', 'mode', ''])(
    'does not know %j',
    (name) => {
      expect(parseFieldName(name)).toBeUndefined();
    },
  );

  it('knows which rates are per token', () => {
    const perToken = (name: string) => {
      const field = parseFieldName(name);
      return field?.kind === 'rate' && field.perToken;
    };
    expect(perToken('input_cost_per_audio_token')).toBe(true);
    expect(perToken('cache_read_input_token_cost_flex')).toBe(true);
    expect(perToken('citation_cost_per_token')).toBe(true);
    expect(perToken('output_cost_per_image')).toBe(false);
    expect(perToken('input_cost_per_audio_per_second')).toBe(false);
  });
});
