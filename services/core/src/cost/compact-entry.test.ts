import { describe, expect, it } from 'vitest';
import { checkRate, compactEntry, validateEntry } from './compact-entry.ts';

function compact(raw: Record<string, unknown>) {
  const result = compactEntry(raw);
  if (result.status === 'refused') throw new Error(`${result.field}: ${result.reason}`);
  return result;
}

describe('compactEntry', () => {
  it('keeps rates as plain decimal texts, with provider, mode and limits', () => {
    const { entry, unused } = compact({
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: '2.5e-06',
      output_cost_per_token: 0.00001,
      max_input_tokens: '128000',
      max_output_tokens: 1e6,
      max_tokens: 4096,
      supports_vision: true,
      source: 'https://example.com',
    });
    expect(entry).toEqual({
      provider: 'openai',
      mode: 'chat',
      rates: { input_cost_per_token: '0.0000025', output_cost_per_token: '0.00001' },
      limits: { maxInputTokens: 128_000, maxOutputTokens: 1_000_000 },
    });
    expect(unused).toEqual([]);
  });

  it('flattens what the file nests', () => {
    const { entry } = compact({
      litellm_provider: 'anthropic',
      search_context_cost_per_query: { search_context_size_medium: '0.01' },
      provider_specific_entry: { us: '1.1', fast: 6, bedrock_invocation_schema: 'titan_v2' },
      tiered_pricing: [
        { range: ['0', '256000.0'], input_cost_per_token: '5e-08' },
        { max_results_range: [26, 100], input_cost_per_query: '0.025' },
      ],
      off_peak_pricing: { hours_utc: '16:30-00:30', input_cost_per_token: '1e-07' },
    });
    expect(entry.rates).toEqual({
      'search_context_cost_per_query.search_context_size_medium': '0.01',
      'provider_specific_entry.us': '1.1',
      'provider_specific_entry.fast': '6',
      'tiered_pricing.0-256000.input_cost_per_token': '0.00000005',
      'tiered_pricing.results_26-100.input_cost_per_query': '0.025',
      'off_peak_pricing(16:30-00:30).input_cost_per_token': '0.0000001',
    });
  });

  it.each([
    ['gemini', undefined, 'per_prompt'],
    ['vertex_ai-language-models', undefined, 'per_prompt'],
    ['gemini', 'per_query', 'per_query'],
    ['vertex_ai-anthropic_models', undefined, 'per_query'],
    ['openai', undefined, 'per_query'],
    ['openai', 'per_prompt', 'per_prompt'],
  ])('bills a search of %s with unit %s %s', (provider, unit, expected) => {
    const { entry } = compact({
      litellm_provider: provider,
      web_search_billing_unit: unit,
      search_context_cost_per_query: { search_context_size_low: 0.01 },
    });
    expect(Object.keys(entry.rates)).toEqual([`search_context_cost_${expected}.search_context_size_low`]);
  });

  it('leaves out rates that are not in USD', () => {
    const { entry, unused } = compact({ input_dbu_cost_per_token: 1.4e-6, output_dbu_cost_per_token: 0 });
    expect(entry.rates).toEqual({});
    expect(unused).toEqual([]);
  });

  it('names the fields about money that it does not understand', () => {
    const raw = { input_cost_per_token_ultrafast: 1e-6, guardrail_cost_per_unit: { x: 1 }, tpm: 5 };
    expect(compact(raw).unused).toEqual(['input_cost_per_token_ultrafast', 'guardrail_cost_per_unit']);
  });

  it.each([
    [{ input_cost_per_token: '-1e-6' }, 'negative'],
    [{ input_cost_per_token: 'free' }, 'not_a_number'],
    [{ input_cost_per_token: true }, 'not_a_number'],
    [{ input_cost_per_token: Number.NaN }, 'not_a_number'],
    [{ input_cost_per_token: '1.000001' }, 'above_limit'],
    [{ output_cost_per_image: '1001' }, 'above_limit'],
    [{ input_cost_per_token: '1e-25' }, 'too_many_decimals'],
    [{ provider_specific_entry: { us: '101' } }, 'above_limit'],
  ])('refuses %j', (raw, reason) => {
    expect(compactEntry(raw)).toMatchObject({ status: 'refused', reason });
  });

  it('accepts 1 USD per token, and more for other units', () => {
    expect(compact({ input_cost_per_token: 1, output_cost_per_image: '2.5' }).entry.rates).toEqual({
      input_cost_per_token: '1',
      output_cost_per_image: '2.5',
    });
  });

  it('takes null for absent', () => {
    expect(compact({ input_cost_per_token: null, mode: null }).entry).toEqual({ rates: {} });
  });

  it('refuses what is no object', () => {
    expect(compactEntry('gpt-4')).toMatchObject({ status: 'refused', reason: 'not_an_object' });
  });
});

describe('validateEntry', () => {
  it('accepts what compactEntry makes', () => {
    const { entry } = compact({ mode: 'chat', input_cost_per_token: 1e-6, max_input_tokens: 1000 });
    expect(validateEntry(entry)).toEqual({ status: 'accepted', entry, unused: [] });
  });

  it.each([
    [{ rates: { input_cost_per_token: 0.000001 } }, 'not_a_number'],
    [{ rates: { input_cost_per_tokens: '1' } }, 'unknown_field'],
    [{ rates: { input_cost_per_token: '2' } }, 'above_limit'],
    [{ rates: { 'off_peak_pricing(noon).input_cost_per_token': '0.1' } }, 'unknown_field'],
    [{}, 'not_an_object'],
  ])('refuses %j', (entry, reason) => {
    expect(validateEntry(entry)).toMatchObject({ status: 'refused', reason });
  });
});

it('checks a single rate as an override sets it', () => {
  expect(checkRate('input_cost_per_token', '0')).toBeUndefined();
  expect(checkRate('input_cost_per_token', '-0.1')).toBe('negative');
  expect(checkRate('speed', '1')).toBe('unknown_field');
});
