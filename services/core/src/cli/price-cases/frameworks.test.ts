import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './price-case.ts';

const exact = { approximate: [] };

describe('vercel-ai', () => {
  const ai = { source: 'vercel-ai', provider: 'anthropic.messages', model: 'claude-opus-5' };

  // https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-text (LanguageModelUsage of version 6)
  it('takes the cache and the reasoning out of the totals', () => {
    const usage = {
      inputTokens: 2050,
      outputTokens: 140,
      totalTokens: 2190,
      cachedInputTokens: 250,
      inputTokenDetails: { noCacheTokens: 1700, cacheReadTokens: 250, cacheWriteTokens: 100 },
      outputTokenDetails: { textTokens: 100, reasoningTokens: 40 },
    };
    // 1700 × 5e-6 = 0.0085; 250 × 5e-7 = 0.000125; 100 × 6.25e-6 = 0.000625; 100 × 2.5e-5 = 0.0025; 40 × 2.5e-5 = 0.001
    expect(costOf({ ...ai, usage })).toEqual({
      tokens: { input: 1700, cacheRead: 250, cacheWrite5m: 100, output: 100, reasoning: 40 },
      cost: { input: '0.0085', cacheRead: '0.000125', cacheWrite5m: '0.000625', output: '0.0025', reasoning: '0.001' },
      total: '0.01275',
      ...exact,
    });
  });

  // https://ai-sdk.dev/docs/migration-guides/migration-guide-5-0 (usage of version 5)
  it('reads version 5', () => {
    const usage = {
      inputTokens: 1000,
      outputTokens: 100,
      totalTokens: 1100,
      reasoningTokens: 60,
      cachedInputTokens: 800,
    };
    // 200 × 2.5e-6 = 0.0005; 800 × 2.5e-7 = 0.0002; 100 × 1.5e-5 = 0.0015
    expect(costOf({ ...ai, provider: 'openai.responses', model: 'gpt-5.4', usage })).toMatchObject({
      tokens: { input: 200, cacheRead: 800, output: 40, reasoning: 60 },
      total: '0.0022',
      ...exact,
    });
  });

  // https://ai-sdk.dev/docs/ai-sdk-core/embeddings (token usage: `{ tokens: 10 }`), version 4's names
  it('reads embeddings and version 4', () => {
    const embed = { ...ai, provider: 'openai.embedding', model: 'text-embedding-3-small' };
    expect(costOf({ ...embed, usage: { tokens: 10 } })).toMatchObject({ tokens: { input: 10 }, total: '0.0000002' });
    const usage = { promptTokens: 10, completionTokens: 2, totalTokens: 12 };
    expect(costOf({ ...ai, usage })).toMatchObject({ tokens: { input: 10, output: 2 } });
  });

  it('believes the count of what was not cached', () => {
    const usage = {
      inputTokens: 1700,
      outputTokens: 1,
      inputTokenDetails: { noCacheTokens: 1700, cacheReadTokens: 250 },
    };
    expect(costOf({ ...ai, usage })).toMatchObject({ tokens: { input: 1700, cacheRead: 250, output: 1 }, ...exact });
  });

  it('reads an input that cannot include the cache as not including it', () => {
    const usage = { inputTokens: 21, outputTokens: 10, cachedInputTokens: 188_086 };
    expect(costOf({ ...ai, usage })).toMatchObject({
      tokens: { input: 21, cacheRead: 188_086, output: 10 },
      approximate: ['input_read_as_exclusive'],
    });
  });
});

describe('langchain', () => {
  const chain = { source: 'langchain', provider: 'anthropic', model: 'claude-opus-5' };

  // https://reference.langchain.com/python/langchain-core/messages/ai/UsageMetadata (input is the sum of all its types)
  it('takes reads and writes of the cache out of the input', () => {
    const usage = {
      input_tokens: 350,
      output_tokens: 240,
      total_tokens: 590,
      input_token_details: { cache_creation: 200, cache_read: 100 },
      output_token_details: { reasoning: 200 },
    };
    // 50 × 5e-6 = 0.00025; 100 × 5e-7 = 0.00005; 200 × 6.25e-6 = 0.00125; 40 × 2.5e-5 = 0.001; 200 × 2.5e-5 = 0.005
    expect(costOf({ ...chain, usage })).toEqual({
      tokens: { input: 50, cacheRead: 100, cacheWrite5m: 200, output: 40, reasoning: 200 },
      cost: { input: '0.00025', cacheRead: '0.00005', cacheWrite5m: '0.00125', output: '0.001', reasoning: '0.005' },
      total: '0.00755',
      ...exact,
    });
  });

  // https://reference.langchain.com/python/integrations/langchain_anthropic (writes by time to live)
  it('splits the writes by time to live', () => {
    const details = {
      cache_read: 0,
      cache_creation: 300,
      ephemeral_5m_input_tokens: 100,
      ephemeral_1h_input_tokens: 200,
    };
    const usage = { input_tokens: 310, output_tokens: 1, input_token_details: details };
    expect(costOf({ ...chain, usage })).toMatchObject({
      tokens: { input: 10, cacheWrite5m: 100, cacheWrite1h: 200, output: 1 },
    });
    const zeroed = { ...usage, input_token_details: { ...details, cache_creation: 0 } };
    expect(costOf({ ...chain, usage: zeroed })).toMatchObject({
      tokens: { input: 10, cacheWrite5m: 100, cacheWrite1h: 200 },
    });
  });

  // https://reference.langchain.com/python/integrations/langchain_openai (service tier in the names of the details)
  it('reads the tier from the names of the details', () => {
    const usage = {
      input_tokens: 1000,
      output_tokens: 100,
      input_token_details: { priority_cache_read: 800, priority: 200 },
      output_token_details: { priority_reasoning: 60, priority: 40 },
    };
    // 200 × 5e-6 = 0.001; 800 × 5e-7 = 0.0004; 100 × 3e-5 = 0.003
    expect(priceOf({ ...chain, provider: 'openai', model: 'gpt-5.4', usage })).toMatchObject({
      tokens: { input: 200, cacheRead: 800, output: 40, reasoning: 60 },
      serviceTier: 'priority',
      total: '0.0044',
      ...exact,
    });
  });
});

describe('otel.gen-ai', () => {
  const span = { source: 'otel.gen-ai', provider: 'openai', model: 'gpt-5.4' };

  // https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ (input includes the cache, output the reasoning)
  it('takes the cache and the reasoning out of the totals', () => {
    const usage = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.output_tokens': 80,
      'gen_ai.usage.cache_read.input_tokens': 1000,
      'gen_ai.usage.reasoning.output_tokens': 30,
      'openai.response.service_tier': 'priority',
    };
    // 200 × 5e-6 = 0.001; 1000 × 5e-7 = 0.0005; 80 × 3e-5 = 0.0024
    expect(priceOf({ ...span, usage })).toMatchObject({
      tokens: { input: 200, cacheRead: 1000, output: 50, reasoning: 30 },
      serviceTier: 'priority',
      total: '0.0039',
      ...exact,
    });
  });

  // The same page, older: https://opentelemetry.io/docs/specs/semconv/gen-ai/ (cache_creation.input_tokens); int64 as text
  it('reads older names, and integers that are texts', () => {
    const usage = {
      'gen_ai.usage.input_tokens': '400',
      'gen_ai.usage.output_tokens': '10',
      'gen_ai.usage.cache_read.input_tokens': '100',
      'gen_ai.usage.cache_creation.input_tokens': '200',
    };
    // 100 × 5e-6 = 0.0005; 100 × 5e-7 = 0.00005; 200 × 6.25e-6 = 0.00125; 10 × 2.5e-5 = 0.00025
    expect(costOf({ ...span, provider: 'anthropic', model: 'claude-opus-5', usage })).toMatchObject({
      tokens: { input: 100, cacheRead: 100, cacheWrite5m: 200, output: 10 },
      total: '0.00205',
      ...exact,
    });
  });

  // https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md (llm.token_count.*)
  it('reads OpenInference', () => {
    const usage = {
      'llm.token_count.prompt': 110,
      'llm.token_count.completion': 20,
      'llm.token_count.prompt_details.cache_read': 100,
      'llm.token_count.completion_details.reasoning': 5,
    };
    expect(costOf({ ...span, usage })).toMatchObject({
      tokens: { input: 10, cacheRead: 100, output: 15, reasoning: 5 },
    });
  });

  it('reads an input that cannot include the cache as not including it', () => {
    const usage = {
      'gen_ai.usage.input_tokens': 21,
      'gen_ai.usage.output_tokens': 1,
      'gen_ai.usage.cache_read.input_tokens': 5000,
    };
    expect(costOf({ ...span, provider: 'anthropic', model: 'claude-opus-5', usage })).toMatchObject({
      tokens: { input: 21, cacheRead: 5000, output: 1 },
      approximate: ['input_read_as_exclusive'],
    });
  });
});

describe('normalized', () => {
  const sorted = { source: 'normalized', provider: 'anthropic', model: 'claude-opus-5' };

  it('takes disjoint classes as they are', () => {
    const usage = { tokens: { input: 100, cacheRead: 1000, cacheWrite1h: 10, output: 5 }, tools: { webSearches: 1 } };
    // 100 × 5e-6 = 0.0005; 1000 × 5e-7 = 0.0005; 10 × 1e-5 = 0.0001; 5 × 2.5e-5 = 0.000125; 0.01
    expect(costOf({ ...sorted, usage })).toEqual({
      tokens: { input: 100, cacheRead: 1000, cacheWrite1h: 10, output: 5 },
      cost: { input: '0.0005', cacheRead: '0.0005', cacheWrite1h: '0.0001', output: '0.000125', webSearches: '0.01' },
      total: '0.011225',
      ...exact,
    });
  });

  it('takes totals that include the cache and the reasoning', () => {
    const usage = { promptTokens: 1000, cachedTokens: 900, completionTokens: 50, reasoningTokens: 20 };
    expect(costOf({ ...sorted, usage })).toMatchObject({
      tokens: { input: 100, cacheRead: 900, output: 30, reasoning: 20 },
    });
  });

  it('takes units, traits and tiers', () => {
    const usage = {
      units: { outputImages: 1 },
      traits: { imageSize: '1024x1024', imageQuality: 'hd' },
      serviceTier: 'default',
    };
    expect(priceOf({ ...sorted, provider: 'openai', model: 'dall-e-3', usage })).toMatchObject({
      model: 'hd/1024-x-1024/dall-e-3',
      total: '0.07999586304',
    });
  });

  it.each([
    [{ promptTokens: 10, cachedTokens: 11 }, 'parts_exceed_whole', 'cachedTokens'],
    [{ completionTokens: 10, reasoningTokens: 11 }, 'parts_exceed_whole', 'reasoningTokens'],
    [{ tokens: { input: -1 } }, 'negative', 'tokens.input'],
    [{ tokens: { input: 1.5 } }, 'not_whole', 'tokens.input'],
    [{ tokens: { input: '10' } }, 'not_a_number', 'tokens.input'],
    [{ tokens: { input: 1_000_000_001 } }, 'too_large', 'tokens.input'],
    [{ tokens: { inputs: 1 } }, 'unknown_field', 'tokens.inputs'],
    [{ tokens: { input: 5 }, promptTokens: 6 }, 'parts_differ_from_whole', 'promptTokens'],
    [{ units: { seconds: -0.5 } }, 'negative', 'units.seconds'],
    [{ tools: { webSearches: 0.5 } }, 'not_whole', 'tools.webSearches'],
    [{ prompt_tokens: 5 }, 'unknown_field', 'prompt_tokens'],
    [{ tokens: { input: 1 }, serviceTier: 5 }, 'not_a_text', 'serviceTier'],
    [{ tokens: { input: 1 }, reportedCostUsd: 'free' }, 'not_a_number', 'reportedCostUsd'],
    [{ tokens: { input: 1 }, traits: { searchContextSize: 'huge' } }, 'unknown_field', 'traits.searchContextSize'],
    [{}, 'no_usage', 'tokens'],
    [null, 'no_usage', 'usage'],
    [[1], 'no_usage', 'usage'],
  ])('rejects %j', (usage, code, field) => {
    expect(costOf({ ...sorted, usage })).toMatchObject({ status: 'rejected', code, field });
  });
});
