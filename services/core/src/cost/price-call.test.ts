import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NormalUsage, TokenCounts } from '../usage/normal-form.ts';
import { compilePrice } from './compiled-price.ts';
import { type CallContext, explainCall, type PricedCall, priceCall } from './price-call.ts';

const NOW = Date.parse('2026-08-01T12:00:00Z');

type Usage = Partial<NormalUsage>;

function call(rates: Record<string, string>, usage: Usage, about: { provider?: string; context?: CallContext } = {}) {
  const { provider = 'openai', context = { timestampMs: NOW } } = about;
  const price = compilePrice({ provider, mode: 'chat', rates });
  return priceCall(price, { tokens: {}, approximate: [], ...usage }, context);
}

function priced(...args: Parameters<typeof call>): PricedCall {
  const result = call(...args);
  if (result.status === 'unpriced') throw new Error(result.reason);
  return result;
}

const BASE = { input_cost_per_token: '0.000001', output_cost_per_token: '0.000004' };

describe('size thresholds', () => {
  const rates = {
    ...BASE,
    input_cost_per_token_above_128k_tokens: '0.000002',
    output_cost_per_token_above_128k_tokens: '0.000008',
    input_cost_per_token_above_256k_tokens: '0.000003',
    output_cost_per_token_above_256k_tokens: '0.000012',
  };

  it('move the whole request, and only above the threshold', () => {
    expect(priced(rates, { tokens: { input: 128_000, output: 1 } }).totalPicoUsd).toBe(128_004_000_000n);
    expect(priced(rates, { tokens: { input: 128_001, output: 1 } }).totalPicoUsd).toBe(256_010_000_000n);
  });

  it('count cached tokens of every kind', () => {
    const cached = { input: 1, cacheRead: 100_000, cacheWrite5m: 20_000, cacheReadAudio: 8_000, output: 1 };
    expect(priced(rates, { tokens: cached }).costs.output).toBe(8_000_000n);
    expect(priced(rates, { tokens: { ...cached, input: 0 } }).costs.output).toBe(4_000_000n);
  });

  it('do not count the output', () => {
    expect(priced(rates, { tokens: { input: 1, output: 300_000 } }).costs.input).toBe(1_000_000n);
  });

  it('count the highest of several', () => {
    expect(priced(rates, { tokens: { input: 1_000_000, output: 1 } }).costs.output).toBe(12_000_000n);
  });

  it('are reached by equality at xAI', () => {
    const xai = { provider: 'xai' };
    expect(priced(rates, { tokens: { input: 128_000, output: 1 } }, xai).costs.output).toBe(8_000_000n);
    expect(priced(rates, { tokens: { input: 127_999, output: 1 } }, xai).costs.output).toBe(4_000_000n);
  });

  it('leave a class without a rate of the size at its rate below, and say so', () => {
    const result = priced(
      { ...rates, cache_read_input_token_cost: '0.0000001' },
      { tokens: { cacheRead: 200_000, output: 1 } },
    );
    expect(result.costs.cacheRead).toBe(20_000_000_000n);
    expect(result.approximate).toEqual(['size_rate_missing']);
  });

  it('do not make a 1-hour write cheaper than a 5-minute one of the same size', () => {
    const writes = {
      ...BASE,
      cache_creation_input_token_cost: '0.00000125',
      cache_creation_input_token_cost_above_1hr: '0.000002',
      cache_creation_input_token_cost_above_200k_tokens: '0.0000025',
    };
    const result = priced(writes, { tokens: { cacheWrite1h: 200_001 } });
    expect(result.costs.cacheWrite1h).toBe(500_002_500_000n);
    expect(result.approximate).toEqual(['cache_write_1h_at_5m_rate']);
  });

  it('keep the 1-hour write where the size lists no write at all', () => {
    const writes = {
      ...BASE,
      input_cost_per_token_above_200k_tokens: '0.000003',
      cache_creation_input_token_cost: '0.00000125',
      cache_creation_input_token_cost_above_1hr: '0.000002',
    };
    const result = priced(writes, { tokens: { cacheWrite1h: 200_001 } });
    expect(result.costs.cacheWrite1h).toBe(400_002_000_000n);
    expect(result.approximate).toEqual(['size_rate_missing']);
  });

  it('move a cost only by crossing them', () => {
    const tokens = fc.record({
      input: fc.integer({ min: 0, max: 130_000 }),
      cacheRead: fc.integer({ min: 0, max: 130_000 }),
      output: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(tokens, (counts) => {
        const prompt = counts.input + counts.cacheRead;
        const rate = prompt > 256_000 ? 12n : prompt > 128_000 ? 8n : 4n;
        expect(priced(rates, { tokens: counts }).costs.output).toBe(BigInt(counts.output) * rate * 1_000_000n);
      }),
    );
  });
});

describe('service tiers', () => {
  const rates = {
    ...BASE,
    input_cost_per_token_batches: '0.0000005',
    output_cost_per_token_batches: '0.000002',
    cache_read_input_token_cost: '0.0000001',
    input_cost_per_token_priority: '0.000002',
    output_cost_per_token_priority: '0.000008',
    cache_read_input_token_cost_priority: '0.0000002',
    output_cost_per_reasoning_token: '0.000004',
  };

  it.each([
    ['batch', 2_000_000n],
    ['priority', 8_000_000n],
    ['ON_DEMAND_PRIORITY', 8_000_000n],
    ['default', 4_000_000n],
    ['standard', 4_000_000n],
    ['auto', 4_000_000n],
  ])('%s has its own rates', (serviceTier, amount) => {
    const result = priced(rates, { tokens: { input: 1, output: 1 }, serviceTier });
    expect(result.costs.output).toBe(amount);
    expect(result.approximate).toEqual([]);
  });

  it('fall back to the standard rate of a class, and say so', () => {
    const result = priced(rates, { tokens: { input: 1, cacheRead: 10 }, serviceTier: 'batch' });
    expect(result.costs).toEqual({ input: 500_000n, cacheRead: 1_000_000n });
    expect(result.approximate).toEqual(['tier_rate_missing']);
  });

  it('take reasoning along where the file repeats the output rate for it', () => {
    const result = priced(rates, { tokens: { reasoning: 1 }, serviceTier: 'batch' });
    expect(result.costs.reasoning).toBe(2_000_000n);
    expect(result.approximate).toEqual([]);
  });

  it('combine with sizes, and fall back inside the size', () => {
    const sized = {
      ...rates,
      input_cost_per_token_above_272k_tokens: '0.000003',
      input_cost_per_token_above_272k_tokens_flex: '0.0000015',
    };
    const tokens = { input: 272_001 };
    expect(priced(sized, { tokens, serviceTier: 'flex' }).costs.input).toBe(408_001_500_000n);
    const priority = priced(sized, { tokens, serviceTier: 'priority' });
    expect(priority.costs.input).toBe(816_003_000_000n);
    expect(priority.approximate).toEqual(['tier_rate_missing']);
  });

  it('that no price list has are priced as standard, and say so', () => {
    const result = priced(rates, { tokens: { output: 1 }, serviceTier: 'scale' });
    expect(result.costs.output).toBe(4_000_000n);
    expect(result.approximate).toEqual(['service_tier_unknown']);
  });

  it('count as served, not as requested', () => {
    const context = { timestampMs: NOW, requestedTier: 'priority' };
    const served = priced(rates, { tokens: { output: 1 }, serviceTier: 'default' }, { context });
    expect(served.costs.output).toBe(4_000_000n);
    expect(served.approximate).toEqual([]);
    const unknown = priced(rates, { tokens: { output: 1 } }, { context });
    expect(unknown.costs.output).toBe(8_000_000n);
    expect(unknown.approximate).toEqual(['requested_tier']);
  });
});

describe('missing rates', () => {
  it.each([
    ['cacheRead', 1_000_000n, 'cache_read_at_input_rate'],
    ['cacheWrite5m', 1_000_000n, 'cache_write_at_input_rate'],
    ['cacheWrite1h', 1_000_000n, 'cache_write_at_input_rate'],
    ['inputAudio', 1_000_000n, 'audio_at_text_rate'],
    ['outputAudio', 4_000_000n, 'audio_at_text_rate'],
    ['outputImage', 4_000_000n, 'image_at_text_rate'],
    ['outputVideo', 4_000_000n, 'video_at_text_rate'],
    ['cacheReadAudio', 1_000_000n, 'cache_read_at_input_rate'],
    ['cacheWriteAudio', 1_000_000n, 'cache_write_at_input_rate'],
  ] as const)('%s is charged at another rate, and says so', (name, amount, mark) => {
    const result = priced(BASE, { tokens: { [name]: 1 } });
    expect(result.costs).toEqual({ [name]: amount });
    expect(result.approximate).toEqual([mark]);
  });

  it.each([
    ['reasoning', 4_000_000n],
    ['inputImage', 1_000_000n],
    ['inputVideo', 1_000_000n],
  ] as const)('%s is text where the file has no rate for it', (name, amount) => {
    const result = priced(BASE, { tokens: { [name]: 1 } });
    expect(result.costs).toEqual({ [name]: amount });
    expect(result.approximate).toEqual([]);
  });

  it('of a 1-hour write is that of the 5-minute one', () => {
    const result = priced({ ...BASE, cache_creation_input_token_cost: '0.00000125' }, { tokens: { cacheWrite1h: 4 } });
    expect(result.costs.cacheWrite1h).toBe(5_000_000n);
    expect(result.approximate).toEqual(['cache_write_1h_at_5m_rate']);
  });

  it('leave the call unpriced where nothing stands in', () => {
    const result = call({ input_cost_per_token: '0.000001' }, { tokens: { input: 1, output: 1 } });
    expect(result).toEqual({ status: 'unpriced', reason: 'missing_rate', costClass: 'output' });
  });

  it('do not matter for classes that were not used', () => {
    expect(priced({ input_cost_per_token: '0.000001' }, { tokens: { input: 1, output: 0 } }).totalPicoUsd).toBe(
      1_000_000n,
    );
  });

  it('name every reason once', () => {
    const result = priced(BASE, { tokens: { cacheWrite5m: 1, cacheWrite1h: 1, cacheRead: 1 } });
    expect(result.approximate).toEqual(['cache_write_at_input_rate', 'cache_read_at_input_rate']);
  });

  it("reads DeepSeek's name of the cache-read rate", () => {
    const rates = { ...BASE, input_cost_per_token_cache_hit: '0.0000001' };
    expect(priced(rates, { tokens: { cacheRead: 10 } }).costs.cacheRead).toBe(1_000_000n);
    const both = { ...rates, cache_read_input_token_cost: '0.0000002' };
    expect(priced(both, { tokens: { cacheRead: 10 } }).costs.cacheRead).toBe(2_000_000n);
  });
});

describe('tiered pricing', () => {
  const rates = {
    output_cost_per_token: '0.000009',
    cache_read_input_token_cost: '0.00000001',
    cache_creation_input_token_cost: '0.00000002',
    'tiered_pricing.0-32000.input_cost_per_token': '0.000001',
    'tiered_pricing.0-32000.output_cost_per_token': '0.000005',
    'tiered_pricing.0-32000.cache_read_input_token_cost': '0.0000001',
    'tiered_pricing.32000-128000.input_cost_per_token': '0.000002',
    'tiered_pricing.32000-128000.output_cost_per_reasoning_token': '0.00002',
  };

  it('picks one tier for the whole request, the upper bound inclusive', () => {
    expect(priced(rates, { tokens: { input: 32_000, output: 1 } }).totalPicoUsd).toBe(32_005_000_000n);
    expect(priced(rates, { tokens: { input: 32_001 } }).totalPicoUsd).toBe(64_002_000_000n);
  });

  it('keeps the last tier above its range and the first below', () => {
    expect(priced(rates, { tokens: { input: 200_000 } }).totalPicoUsd).toBe(400_000_000_000n);
    expect(priced(rates, { tokens: { output: 1 } }).costs.output).toBe(5_000_000n);
  });

  it("uses the tier's input rate for a missing cache rate, never the model's", () => {
    const result = priced(rates, { tokens: { cacheRead: 40_000 } });
    expect(result.costs.cacheRead).toBe(80_000_000_000n);
    expect(result.approximate).toEqual(['cache_read_at_input_rate']);
    expect(priced(rates, { tokens: { cacheRead: 10 } }).costs.cacheRead).toBe(1_000_000n);
    expect(priced(rates, { tokens: { cacheWrite5m: 10, cacheWrite1h: 10 } })).toMatchObject({
      costs: { cacheWrite5m: 10_000_000n, cacheWrite1h: 10_000_000n },
      approximate: ['cache_write_at_input_rate'],
    });
  });

  it("uses the model's output rate where the tier has none", () => {
    expect(priced(rates, { tokens: { input: 40_000, output: 1 } }).costs.output).toBe(9_000_000n);
  });

  it("bills reasoning at the tier's reasoning rate, else as output", () => {
    expect(priced(rates, { tokens: { input: 40_000, reasoning: 1 } }).costs.reasoning).toBe(20_000_000n);
    expect(priced(rates, { tokens: { input: 1, reasoning: 1 } }).costs.reasoning).toBe(5_000_000n);
  });
});

describe('off-peak rates', () => {
  const rates = {
    ...BASE,
    cache_read_input_token_cost: '0.0000001',
    output_cost_per_token_above_200k_tokens: '0.000008',
    'off_peak_pricing(16:30-00:30).input_cost_per_token': '0.0000004',
    'off_peak_pricing(16:30-00:30).output_cost_per_token': '0.000003',
  };
  const night = { context: { timestampMs: Date.parse('2026-08-01T18:00:00Z') } };

  it('replace the others while the window is open', () => {
    const tokens = { input: 10, cacheRead: 10, output: 1, reasoning: 1 };
    expect(priced(rates, { tokens }).costs).toEqual({
      input: 10_000_000n,
      cacheRead: 1_000_000n,
      output: 4_000_000n,
      reasoning: 4_000_000n,
    });
    expect(priced(rates, { tokens }, night).costs).toEqual({
      input: 4_000_000n,
      cacheRead: 1_000_000n,
      output: 3_000_000n,
      reasoning: 3_000_000n,
    });
  });

  it('come and go for one price', () => {
    const price = compilePrice({ rates });
    const usage: NormalUsage = { tokens: { input: 10 }, approximate: [] };
    const at = (time: string) => priceCall(price, usage, { timestampMs: Date.parse(time) });
    expect(at('2026-08-01T18:00:00Z')).toMatchObject({ totalPicoUsd: 4_000_000n });
    expect(at('2026-08-01T12:00:00Z')).toMatchObject({ totalPicoUsd: 10_000_000n });
    expect(at('2026-08-01T18:00:00Z')).toMatchObject({ totalPicoUsd: 4_000_000n });
  });

  it('are flat over size and tier', () => {
    const usage = { tokens: { input: 200_001, output: 1 }, serviceTier: 'flex' };
    expect(priced(rates, usage, night).costs.output).toBe(3_000_000n);
  });
});

describe('factors', () => {
  const rates = {
    ...BASE,
    'search_context_cost_per_query.search_context_size_medium': '0.01',
    'provider_specific_entry.us': '1.1',
    'provider_specific_entry.fast': '6',
  };
  const usage = { tokens: { input: 10, output: 10 }, tools: { webSearches: 1 } };

  it('multiply token charges, not fees', () => {
    const { costs } = priced(rates, { ...usage, region: 'US' });
    expect(costs).toEqual({ input: 11_000_000n, output: 44_000_000n, webSearches: 10_000_000_000n });
  });

  it('multiply each other', () => {
    expect(priced(rates, { ...usage, region: 'us', speed: 'fast' }).costs.input).toBe(66_000_000n);
  });

  it('are 1 for a region without one', () => {
    expect(priced(rates, { ...usage, region: 'global' }).costs.input).toBe(10_000_000n);
    expect(priced(rates, { ...usage, region: 'eu' }).costs.input).toBe(10_000_000n);
  });

  it('that are missing for a speed are said', () => {
    const result = priced(BASE, { tokens: { input: 10 }, speed: 'fast' });
    expect(result.costs.input).toBe(10_000_000n);
    expect(result.approximate).toEqual(['speed_rate_missing']);
    expect(priced(BASE, { tokens: { input: 10 }, speed: 'standard' }).approximate).toEqual([]);
  });

  it('of regional endpoints apply to all but the global one', () => {
    const vertex = { ...BASE, regional_endpoint_uplift_multiplier: '1.1' };
    expect(priced(vertex, { tokens: { input: 10 }, region: 'europe-west4' }).costs.input).toBe(11_000_000n);
    expect(priced(vertex, { tokens: { input: 10 }, region: 'global' }).costs.input).toBe(10_000_000n);
    expect(priced(vertex, { tokens: { input: 10 } }).costs.input).toBe(10_000_000n);
  });
});

describe('explainCall', () => {
  it('shows quantity × rate × factors = amount for every class, in order', () => {
    const price = compilePrice({ rates: { ...BASE, 'provider_specific_entry.us': '1.1' } });
    const usage: NormalUsage = { tokens: { output: 3, cacheRead: 2, input: 1 }, region: 'us', approximate: [] };
    expect(explainCall(price, usage, { timestampMs: NOW })).toEqual([
      line('input', 1, '0.000001', 'input_cost_per_token', 1_100_000n),
      {
        ...line('cacheRead', 2, '0.000001', 'input_cost_per_token', 2_200_000n),
        approximate: ['cache_read_at_input_rate'],
      },
      line('output', 3, '0.000004', 'output_cost_per_token', 13_200_000n),
    ]);
  });

  function line(costClass: string, quantity: number, rateUsd: string, field: string, amountPicoUsd: bigint) {
    const factors = [{ applies: 'us', factor: '1.1' }];
    return { costClass, quantity, rateUsd, field, factors, amountPicoUsd, approximate: [] };
  }
});

describe('sums', () => {
  const rates = {
    ...BASE,
    input_cost_per_audio_token: '0.0000123456789',
    cache_read_input_token_cost: '0.00000000000009',
    output_cost_per_reasoning_token: '0.0000000000005',
    regional_processing_uplift_multiplier_eu: '1.1',
  };
  const counts = fc.integer({ min: 0, max: 1_000_000 });
  const tokens: fc.Arbitrary<TokenCounts> = fc.record(
    { input: counts, inputAudio: counts, cacheRead: counts, output: counts, reasoning: counts },
    { requiredKeys: [] },
  );

  it('the classes add up to the total', () => {
    fc.assert(
      fc.property(tokens, fc.constantFrom('eu', 'global'), (tokenCounts, region) => {
        const { costs, totalPicoUsd } = priced(rates, { tokens: tokenCounts, region });
        expect(Object.values(costs).reduce((sum, amount) => sum + amount, 0n)).toBe(totalPicoUsd);
      }),
    );
  });

  it('the same call costs the same wherever it is priced', () => {
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 20 }), fc.nat(), (calls, cut) => {
        const total = (part: TokenCounts[]) =>
          part.reduce((sum, tokenCounts) => sum + priced(rates, { tokens: tokenCounts }).totalPicoUsd, 0n);
        const at = calls.length === 0 ? 0 : cut % calls.length;
        expect(total(calls.slice(0, at)) + total(calls.slice(at))).toBe(total(calls));
        expect(total([...calls].reverse())).toBe(total(calls));
      }),
      { numRuns: 50 },
    );
  });

  it('more of anything never costs less below a threshold', () => {
    fc.assert(
      fc.property(tokens, fc.constantFrom('input', 'cacheRead', 'output', 'reasoning'), (tokenCounts, name) => {
        const more = { ...tokenCounts, [name]: (tokenCounts[name as 'input'] ?? 0) + 1 };
        expect(
          priced(rates, { tokens: more }).totalPicoUsd >= priced(rates, { tokens: tokenCounts }).totalPicoUsd,
        ).toBe(true);
      }),
    );
  });
});
