import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './price-case.ts';

const exact = { approximate: [] };

describe('deepseek.chat', () => {
  const chat = { source: 'deepseek.chat', model: 'deepseek-chat' };

  // https://api-docs.deepseek.com/guides/kv_cache (hits and misses)
  it('splits the prompt into hits and misses', () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 200,
      total_tokens: 1200,
      prompt_cache_hit_tokens: 832,
      prompt_cache_miss_tokens: 168,
    };
    // 168 × 2.8e-7 = 0.00004704; 832 × 2.8e-8 = 0.000023296; 200 × 4.2e-7 = 0.000084
    expect(costOf({ ...chat, usage })).toEqual({
      tokens: { input: 168, cacheRead: 832, output: 200 },
      cost: { input: '0.00004704', cacheRead: '0.000023296', output: '0.000084' },
      total: '0.000154336',
      ...exact,
    });
  });

  // https://api-docs.deepseek.com/api/create-chat-completion (usage: reasoning inside the completion)
  it('takes reasoning out of the completion', () => {
    const usage = {
      prompt_tokens: 16,
      completion_tokens: 100,
      prompt_cache_hit_tokens: 0,
      prompt_cache_miss_tokens: 16,
      completion_tokens_details: { reasoning_tokens: 60 },
    };
    // 16 × 2.8e-7 = 0.00000448; 40 × 4.2e-7 = 0.0000168; 60 × 4.2e-7 = 0.0000252
    expect(costOf({ ...chat, usage })).toMatchObject({
      tokens: { input: 16, output: 40, reasoning: 60 },
      total: '0.00004648',
    });
  });

  // The same page: the prompt is the sum of hits and misses
  it('does not read hits and misses that are not the prompt', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 5, prompt_cache_miss_tokens: 6 };
    expect(costOf({ ...chat, usage })).toMatchObject({
      status: 'unreadable',
      reason: 'parts_differ_from_whole:prompt_tokens',
    });
    const { prompt_tokens: _, ...parts } = usage;
    expect(costOf({ ...chat, usage: parts })).toMatchObject({ tokens: { input: 6, cacheRead: 5, output: 1 } });
  });
});

describe('xai.chat', () => {
  const chat = { source: 'xai.chat', model: 'grok-4.5' };

  // https://docs.x.ai/docs/guides/reasoning (reasoning tokens are beside the completion tokens)
  it('adds the reasoning to the completion', () => {
    const usage = {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      prompt_tokens_details: { text_tokens: 32, audio_tokens: 0, image_tokens: 0, cached_tokens: 6 },
      completion_tokens_details: { reasoning_tokens: 94, audio_tokens: 0 },
      num_sources_used: 0,
    };
    // 26 × 2e-6 = 0.000052; 6 × 5e-7 = 0.000003; 9 × 6e-6 = 0.000054; 94 × 6e-6 = 0.000564
    expect(costOf({ ...chat, usage })).toEqual({
      tokens: { input: 26, cacheRead: 6, output: 9, reasoning: 94 },
      cost: { input: '0.000052', cacheRead: '0.000003', output: '0.000054', reasoning: '0.000564' },
      total: '0.000673',
      ...exact,
    });
  });

  // https://docs.x.ai/developers/advanced-api-usage/prompt-caching/usage-and-pricing (its example)
  it('takes cached tokens out of the prompt, and keeps the cost that xAI states', () => {
    const usage = {
      prompt_tokens: 125,
      completion_tokens: 48,
      total_tokens: 173,
      prompt_tokens_details: { text_tokens: 125, audio_tokens: 0, image_tokens: 0, cached_tokens: 98 },
      completion_tokens_details: { reasoning_tokens: 0 },
      cost_in_usd_ticks: 3_910_000,
    };
    // 27 × 2e-6 = 0.000054; 98 × 5e-7 = 0.000049; 48 × 6e-6 = 0.000288. 3910000 ticks of 1e-10 = 0.000391
    expect(priceOf({ ...chat, usage })).toMatchObject({ total: '0.000391', reportedCost: '0.000391' });
  });

  // https://docs.x.ai/docs/models (a request that reaches the threshold is charged at the long-context rate)
  it('moves the request at the threshold', () => {
    const usage = { prompt_tokens: 200_000, completion_tokens: 10, total_tokens: 200_010 };
    // 200000 × 4e-6 = 0.8; 10 × 1.2e-5 = 0.00012
    expect(costOf({ ...chat, usage })).toMatchObject({ total: '0.80012' });
    const below = { prompt_tokens: 199_999, completion_tokens: 10, total_tokens: 200_009 };
    expect(costOf({ ...chat, usage: below })).toMatchObject({ total: '0.400058' });
  });

  it('believes a total that says that the reasoning is inside', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 100,
      total_tokens: 110,
      completion_tokens_details: { reasoning_tokens: 80 },
    };
    expect(costOf({ ...chat, usage })).toMatchObject({ tokens: { input: 10, output: 20, reasoning: 80 } });
  });
});

describe('groq.chat', () => {
  const chat = { source: 'groq.chat', model: 'llama-3.3-70b-versatile' };

  // https://console.groq.com/docs/api-reference#chat-create (its example)
  it('leaves the timing out', () => {
    const usage = {
      queue_time: 0.037493756,
      prompt_tokens: 18,
      prompt_time: 0.000680594,
      completion_tokens: 556,
      completion_time: 0.463333333,
      total_tokens: 574,
      total_time: 0.464013927,
    };
    // 18 × 5.9e-7 = 0.00001062; 556 × 7.9e-7 = 0.00043924
    expect(costOf({ ...chat, usage })).toEqual({
      tokens: { input: 18, output: 556 },
      cost: { input: '0.00001062', output: '0.00043924' },
      total: '0.00044986',
      ...exact,
    });
  });

  // https://console.groq.com/docs/prompt-caching (tracking cache usage: its example)
  it('takes cached tokens out of the prompt', () => {
    const usage = {
      prompt_tokens: 4641,
      completion_tokens: 1817,
      total_tokens: 6458,
      prompt_tokens_details: { cached_tokens: 4608 },
    };
    // 33 × 1.5e-7 = 0.00000495; 4608 × 7.5e-8 = 0.0003456; 1817 × 6e-7 = 0.0010902
    expect(costOf({ ...chat, model: 'openai/gpt-oss-120b', usage })).toMatchObject({
      tokens: { input: 33, cacheRead: 4608, output: 1817 },
      total: '0.00144075',
      ...exact,
    });
  });

  // https://console.groq.com/docs/service-tiers
  it.each([
    ['on_demand', []],
    ['flex', ['tier_rate_missing']],
    ['performance', ['service_tier_unknown']],
  ])('prices the tier %s as far as it is known', (serviceTier, approximate) => {
    const usage = { prompt_tokens: 10, completion_tokens: 10 };
    // 10 × 5.9e-7 + 10 × 7.9e-7
    expect(costOf({ ...chat, usage, serviceTier })).toMatchObject({ total: '0.0000138', approximate });
  });
});

describe('mistral.chat', () => {
  const chat = { source: 'mistral.chat', model: 'mistral-large-latest' };

  // https://docs.mistral.ai/api/#tag/chat (its example)
  it('bills prompt and completion', () => {
    // 16 × 5e-7 = 0.000008; 34 × 1.5e-6 = 0.000051
    expect(costOf({ ...chat, usage: { prompt_tokens: 16, completion_tokens: 34, total_tokens: 50 } })).toEqual({
      tokens: { input: 16, output: 34 },
      cost: { input: '0.000008', output: '0.000051' },
      total: '0.000059',
      ...exact,
    });
  });

  // https://docs.mistral.ai/api/#tag/ocr (usage_info)
  it('bills the pages of OCR', () => {
    const usage = { pages: [], usage_info: { pages_processed: 29, doc_size_bytes: 3_002_783 } };
    // 29 × 0.004 = 0.116
    expect(costOf({ ...chat, model: 'mistral-ocr-latest', usage })).toMatchObject({
      cost: { pages: '0.116' },
      ...exact,
    });
  });

  // https://docs.mistral.ai/capabilities/audio (prompt_audio_seconds, an empty object where there is no audio)
  it('takes an audio field that is no number for none', () => {
    const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5, prompt_audio_seconds: {} };
    expect(costOf({ ...chat, usage })).toMatchObject({ tokens: { input: 4, output: 1 }, ...exact });
    expect(priceOf({ ...chat, usage: { ...usage, prompt_audio_seconds: 30 } })).toMatchObject({
      units: { seconds: 30 },
    });
  });
});

describe('cohere.chat', () => {
  const chat = { source: 'cohere.chat', model: 'command-a-03-2025' };

  // https://docs.cohere.com/reference/chat (usage: what is billed is less than what the model saw)
  it('bills the billed units', () => {
    const usage = {
      billed_units: { input_tokens: 5, output_tokens: 418 },
      tokens: { input_tokens: 71, output_tokens: 418 },
    };
    // 5 × 2.5e-6 = 0.0000125; 418 × 1e-5 = 0.00418
    expect(costOf({ ...chat, usage })).toEqual({
      tokens: { input: 5, output: 418 },
      cost: { input: '0.0000125', output: '0.00418' },
      total: '0.0041925',
      ...exact,
    });
  });

  // https://docs.cohere.com/reference/rerank (meta.billed_units.search_units)
  it('bills search units', () => {
    const usage = { meta: { api_version: { version: '2' }, billed_units: { search_units: 2 } } };
    // 2 × 0.002
    expect(costOf({ ...chat, model: 'rerank-v3.5', usage })).toMatchObject({ cost: { queries: '0.004' }, ...exact });
  });

  // https://docs.cohere.com/v2/docs/how-does-cohere-pricing-work: `tokens` are not what is billed
  it('does not bill the tokens that the model saw', () => {
    expect(costOf({ ...chat, usage: { tokens: { input_tokens: 71, output_tokens: 418 } } })).toMatchObject({
      status: 'unreadable',
      reason: 'no_known_field',
    });
  });
});

describe('openrouter.chat', () => {
  const chat = { source: 'openrouter.chat', model: 'anthropic/claude-sonnet-4.5' };

  // https://openrouter.ai/docs/use-cases/usage-accounting (its example)
  it("takes cache writes out of the prompt, and keeps OpenRouter's cost", () => {
    const usage = {
      completion_tokens: 2,
      completion_tokens_details: { reasoning_tokens: 0 },
      cost: 0.95,
      cost_details: { upstream_inference_cost: 19 },
      prompt_tokens: 194,
      prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 100, audio_tokens: 0 },
      total_tokens: 196,
    };
    // 94 × 3e-6 = 0.000282; 100 × 3.75e-6 = 0.000375; 2 × 1.5e-5 = 0.00003
    expect(priceOf({ ...chat, usage })).toMatchObject({
      tokens: { input: 94, cacheWrite5m: 100, output: 2 },
      total: '0.000687',
      reportedCost: '0.95',
      ...exact,
    });
  });

  // https://openrouter.ai/docs/api-reference/overview: fields of other providers are null
  it('reads null for absent', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: null,
      completion_tokens_details: { reasoning_tokens: null },
      cost: null,
    };
    // 10 × 3e-6 + 5 × 1.5e-5
    expect(costOf({ ...chat, usage })).toMatchObject({ total: '0.000105', ...exact });
  });

  // https://openrouter.ai/docs/models: a model that the list has only for its own provider
  it("prices at the vendor's own rates where the gateway's are not known, and says so", () => {
    // 10 × 2.5e-6 + 1 × 1.5e-5
    expect(
      priceOf({ ...chat, model: 'openai/gpt-5.4', usage: { prompt_tokens: 10, completion_tokens: 1 } }),
    ).toMatchObject({
      model: 'gpt-5.4',
      matchedBy: 'stripped',
      total: '0.00004',
      approximate: ['other_provider_price'],
    });
  });
});

describe('openai-compatible.chat', () => {
  const chat = { source: 'openai-compatible.chat', provider: 'moonshot', model: 'kimi-k2-thinking' };

  // https://platform.moonshot.ai/docs/api/chat (cached_tokens at the top)
  it('reads cached tokens at the top', () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, cached_tokens: 512 };
    // 488 × 6e-7 = 0.0002928; 512 × 1.5e-7 = 0.0000768; 100 × 2.5e-6 = 0.00025
    expect(costOf({ ...chat, usage })).toMatchObject({
      tokens: { input: 488, cacheRead: 512, output: 100 },
      total: '0.0006196',
      ...exact,
    });
  });

  // https://docs.perplexity.ai/getting-started/models/models/sonar-pro (its example), .../pricing (a fee for a request by
  // the size of its search context)
  it("adds Perplexity's fee for a request", () => {
    const usage = {
      prompt_tokens: 15,
      completion_tokens: 302,
      total_tokens: 317,
      search_context_size: 'low',
      cost: { input_tokens_cost: 0, output_tokens_cost: 0.005, request_cost: 0.006, total_cost: 0.011 },
    };
    // 15 × 3e-6 = 0.000045; 302 × 1.5e-5 = 0.00453; 0.006
    expect(priceOf({ ...chat, provider: 'perplexity', model: 'sonar-pro', usage })).toMatchObject({
      cost: { input: '0.000045', output: '0.00453', webSearches: '0.006' },
      total: '0.010575',
      reportedCost: '0.011',
      ...exact,
    });
  });

  // https://docs.perplexity.ai/getting-started/models/models/sonar-deep-research (its example)
  it("counts Perplexity's reasoning beside the completion, with citations and searches", () => {
    const usage = {
      prompt_tokens: 33,
      completion_tokens: 7163,
      total_tokens: 7196,
      search_context_size: 'low',
      citation_tokens: 20_016,
      num_search_queries: 18,
      reasoning_tokens: 73_997,
    };
    // 33 × 2e-6 = 0.000066; 7163 × 8e-6 = 0.057304; 73997 × 3e-6 = 0.221991; 20016 × 2e-6 = 0.040032; 18 × 0.005 = 0.09
    expect(costOf({ ...chat, provider: 'perplexity', model: 'sonar-deep-research', usage })).toMatchObject({
      tokens: { input: 33, output: 7163, reasoning: 73_997 },
      cost: {
        input: '0.000066',
        output: '0.057304',
        reasoning: '0.221991',
        citationTokens: '0.040032',
        webSearches: '0.09',
      },
      total: '0.409393',
      ...exact,
    });
  });

  it('cannot price a model of a server that no list knows', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 1 };
    expect(priceOf({ ...chat, provider: 'vllm', model: 'our-finetune', usage })).toMatchObject({
      status: 'unpriced',
      reason: 'unknown_model',
      tokens: { input: 10, output: 1 },
    });
  });
});
