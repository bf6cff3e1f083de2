import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './price-case.ts';

const exact = { approximate: [] };

describe('anthropic.messages', () => {
  const messages = { source: 'anthropic.messages', model: 'claude-opus-5' };

  // https://docs.claude.com/en/docs/build-with-claude/prompt-caching (its example: the second call of a long prompt)
  it('adds cache reads to an input that excludes them', () => {
    const usage = {
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 188_086,
      input_tokens: 21,
      output_tokens: 393,
    };
    // 21 × 5e-6 = 0.000105; 188086 × 5e-7 = 0.094043; 393 × 2.5e-5 = 0.009825
    expect(costOf({ ...messages, usage })).toEqual({
      tokens: { input: 21, cacheRead: 188_086, output: 393 },
      cost: { input: '0.000105', cacheRead: '0.094043', output: '0.009825' },
      total: '0.103973',
      ...exact,
    });
  });

  // https://docs.claude.com/en/docs/build-with-claude/prompt-caching (1-hour cache duration),
  // https://docs.claude.com/en/docs/agents-and-tools/tool-use/web-search-tool (usage and pricing)
  it('splits the writes by time to live, and adds the searches', () => {
    const usage = {
      input_tokens: 2048,
      cache_read_input_tokens: 1800,
      cache_creation_input_tokens: 248,
      output_tokens: 503,
      cache_creation: { ephemeral_5m_input_tokens: 148, ephemeral_1h_input_tokens: 100 },
      server_tool_use: { web_search_requests: 3 },
      service_tier: 'standard',
    };
    // 2048 × 5e-6 = 0.01024; 1800 × 5e-7 = 0.0009; 148 × 6.25e-6 = 0.000925; 100 × 1e-5 = 0.001;
    // 503 × 2.5e-5 = 0.012575; 3 × 0.01 = 0.03
    expect(costOf({ ...messages, usage })).toEqual({
      tokens: { input: 2048, cacheRead: 1800, cacheWrite5m: 148, cacheWrite1h: 100, output: 503 },
      cost: {
        input: '0.01024',
        cacheRead: '0.0009',
        cacheWrite5m: '0.000925',
        cacheWrite1h: '0.001',
        output: '0.012575',
        webSearches: '0.03',
      },
      total: '0.05564',
      ...exact,
    });
  });

  // https://docs.claude.com/en/docs/about-claude/pricing (data residency 1.1 times, fast mode)
  it('multiplies tokens by region and speed, not searches', () => {
    const usage = {
      input_tokens: 1000,
      output_tokens: 100,
      server_tool_use: { web_search_requests: 1 },
      inference_geo: 'us',
      speed: 'fast',
    };
    // 1000 × 5e-6 × 1.1 × 2 = 0.011; 100 × 2.5e-5 × 1.1 × 2 = 0.0055; 0.01
    expect(costOf({ ...messages, usage })).toMatchObject({
      cost: { input: '0.011', output: '0.0055', webSearches: '0.01' },
      total: '0.0265',
      ...exact,
    });
    expect(
      costOf({ ...messages, usage: { ...usage, inference_geo: 'not_available', speed: 'standard' } }),
    ).toMatchObject({
      total: '0.0175',
    });
  });

  // https://docs.claude.com/en/docs/build-with-claude/batch-processing: half of the price, which the list does not have
  it('says so where the batch rate is not known', () => {
    const usage = { input_tokens: 1000, output_tokens: 100, service_tier: 'batch' };
    expect(costOf({ ...messages, usage })).toMatchObject({ total: '0.0075', approximate: ['tier_rate_missing'] });
  });

  // https://docs.claude.com/en/docs/build-with-claude/context-windows (long context): reads and writes count
  it('moves the whole request above 200k', () => {
    const usage = {
      input_tokens: 1,
      cache_read_input_tokens: 150_000,
      cache_creation_input_tokens: 50_000,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 50_000 },
      output_tokens: 10,
    };
    // 1 × 6e-6; 150000 × 6e-7 = 0.09; 50000 × 1.2e-5 = 0.6; 10 × 2.25e-5 = 0.000225
    expect(costOf({ ...messages, model: 'claude-sonnet-4-5', usage })).toMatchObject({
      cost: { input: '0.000006', cacheRead: '0.09', cacheWrite1h: '0.6', output: '0.000225' },
      total: '0.690231',
      ...exact,
    });
  });

  // https://docs.claude.com/en/docs/build-with-claude/compaction (its example: the totals leave out the summary)
  it('adds the compaction that the totals leave out', () => {
    const usage = {
      input_tokens: 23_000,
      output_tokens: 1000,
      iterations: [
        { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
        { type: 'message', input_tokens: 23_000, output_tokens: 1000 },
      ],
    };
    // 203000 × 5e-6 = 1.015; 4500 × 2.5e-5 = 0.1125
    expect(costOf({ ...messages, usage })).toMatchObject({ tokens: { input: 203_000, output: 4500 }, total: '1.1275' });
  });

  // https://docs.claude.com/en/docs/build-with-claude/streaming (message_start carries the input side)
  it('reads the message around the usage', () => {
    const usage = { type: 'message_start', message: { usage: { input_tokens: 25, output_tokens: 1 } } };
    expect(costOf({ ...messages, usage })).toMatchObject({ tokens: { input: 25, output: 1 } });
  });

  // https://docs.claude.com/en/docs/build-with-claude/extended-thinking (thinking is billed as output)
  it('takes thinking out of the output where it is counted', () => {
    const usage = { input_tokens: 10, output_tokens: 50, output_tokens_details: { thinking_tokens: 42 } };
    // 10 × 5e-6 = 0.00005; 8 × 2.5e-5 = 0.0002; 42 × 2.5e-5 = 0.00105
    expect(costOf({ ...messages, usage })).toMatchObject({
      tokens: { input: 10, output: 8, reasoning: 42 },
      total: '0.0013',
    });
  });

  it('does not add up writes that do not add up', () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 1,
      cache_creation_input_tokens: 248,
      cache_creation: { ephemeral_5m_input_tokens: 456, ephemeral_1h_input_tokens: 100 },
    };
    expect(costOf({ ...messages, usage })).toMatchObject({
      status: 'unreadable',
      reason: 'parts_differ_from_whole:cache_creation_input_tokens',
    });
  });
});

describe('bedrock.converse', () => {
  const converse = { source: 'bedrock.converse', model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' };

  // https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html,
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
  it('adds cache reads and writes to an input that excludes them', () => {
    const usage = {
      inputTokens: 100,
      outputTokens: 50,
      totalTokens: 3150,
      cacheReadInputTokens: 2000,
      cacheWriteInputTokens: 1000,
    };
    // 100 × 3.3e-6 = 0.00033; 2000 × 3.3e-7 = 0.00066; 1000 × 4.125e-6 = 0.004125; 50 × 1.65e-5 = 0.000825
    expect(costOf({ ...converse, usage })).toEqual({
      tokens: { input: 100, cacheRead: 2000, cacheWrite5m: 1000, output: 50 },
      cost: { input: '0.00033', cacheRead: '0.00066', cacheWrite5m: '0.004125', output: '0.000825' },
      total: '0.00594',
      ...exact,
    });
  });

  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CacheDetail.html
  it('splits the writes by time to live', () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 1,
      cacheWriteInputTokens: 300,
      cacheDetails: [
        { ttl: '1h', inputTokens: 200 },
        { ttl: '5m', inputTokens: 100 },
      ],
    };
    // 10 × 3.3e-6 = 0.000033; 100 × 4.125e-6 = 0.0004125; 200 × 6.6e-6 = 0.00132; 1 × 1.65e-5
    expect(costOf({ ...converse, usage })).toMatchObject({
      tokens: { input: 10, cacheWrite5m: 100, cacheWrite1h: 200, output: 1 },
      total: '0.001782',
      ...exact,
    });
  });

  // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html: a profile of another region
  it('finds the model behind an inference profile', () => {
    const model =
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
    // 1000 × 3e-6 = 0.003; 10 × 1.5e-5 = 0.00015
    expect(priceOf({ ...converse, model, usage: { inputTokens: 1000, outputTokens: 10 } })).toMatchObject({
      model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
      matchedBy: 'stripped',
      total: '0.00315',
    });
  });

  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (response syntax)
  it('reads a whole response with its service tier', () => {
    const usage = {
      usage: { inputTokens: 1000, outputTokens: 10, totalTokens: 1010 },
      serviceTier: { type: 'priority' },
    };
    // 1000 × 8e-7 = 0.0008; 10 × 3.2e-6 = 0.000032; the list has no priority rates for it
    expect(priceOf({ ...converse, model: 'amazon.nova-pro-v1:0', usage })).toMatchObject({
      serviceTier: 'priority',
      total: '0.000832',
      approximate: ['tier_rate_missing'],
    });
  });
});
