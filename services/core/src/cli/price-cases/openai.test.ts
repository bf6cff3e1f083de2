import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './price-case.ts';

const exact = { approximate: [] };

describe('openai.chat', () => {
  const chat = { source: 'openai.chat', model: 'gpt-5.4' };

  // https://platform.openai.com/docs/guides/prompt-caching (Requirements: its example of a usage object)
  it('takes cached tokens out of the prompt', () => {
    const usage = {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920 },
      completion_tokens_details: { reasoning_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    };
    // input 86 × 2.5e-6 = 0.000215; cached 1920 × 2.5e-7 = 0.00048; output 300 × 1.5e-5 = 0.0045
    expect(costOf({ ...chat, usage })).toEqual({
      tokens: { input: 86, cacheRead: 1920, output: 300 },
      cost: { input: '0.000215', cacheRead: '0.00048', output: '0.0045' },
      total: '0.005195',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/priority-processing, https://platform.openai.com/docs/guides/reasoning
  it('prices cached and reasoning tokens at the tier that was served', () => {
    const usage = {
      prompt_tokens: 1200,
      completion_tokens: 80,
      prompt_tokens_details: { cached_tokens: 1000, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 0 },
    };
    // 200 × 5e-6 = 0.001; 1000 × 5e-7 = 0.0005; 50 × 3e-5 = 0.0015; 30 × 3e-5 = 0.0009
    expect(costOf({ ...chat, usage, serviceTier: 'priority', requestedTier: 'auto' })).toEqual({
      tokens: { input: 200, cacheRead: 1000, output: 50, reasoning: 30 },
      cost: { input: '0.001', cacheRead: '0.0005', output: '0.0015', reasoning: '0.0009' },
      total: '0.0039',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/predicted-outputs (its example): rejected predictions are billed as output
  it('bills predictions with the completion that includes them', () => {
    const usage = {
      prompt_tokens: 203,
      completion_tokens: 39,
      total_tokens: 242,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 18,
        rejected_prediction_tokens: 10,
      },
    };
    // 203 × 2.5e-6 = 0.0005075; 39 × 1.5e-5 = 0.000585
    expect(costOf({ ...chat, usage })).toMatchObject({
      cost: { input: '0.0005075', output: '0.000585' },
      total: '0.0010925',
    });
  });

  // https://platform.openai.com/docs/guides/prompt-caching (cache writes of the models that charge for them)
  it('takes cache writes out of the prompt, and moves the whole request over the size threshold', () => {
    const usage = {
      prompt_tokens: 272_001,
      completion_tokens: 1000,
      prompt_tokens_details: { cached_tokens: 100_000, cache_write_tokens: 72_001 },
    };
    // 100000 × 1e-5 = 1; 100000 × 1e-6 = 0.1; 72001 × 1.25e-5 = 0.9000125; 1000 × 4.5e-5 = 0.045
    expect(costOf({ ...chat, model: 'gpt-5.6', usage })).toEqual({
      tokens: { input: 100_000, cacheRead: 100_000, cacheWrite5m: 72_001, output: 1000 },
      cost: { input: '1', cacheRead: '0.1', cacheWrite5m: '0.9000125', output: '0.045' },
      total: '2.0450125',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/audio
  it('takes audio out of both sides', () => {
    const usage = {
      prompt_tokens: 110,
      completion_tokens: 260,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 200 },
    };
    // 10 × 2.5e-6 = 0.000025; 100 × 4e-5 = 0.004; 60 × 1e-5 = 0.0006; 200 × 8e-5 = 0.016
    expect(costOf({ ...chat, model: 'gpt-4o-audio-preview', usage })).toEqual({
      tokens: { input: 10, inputAudio: 100, output: 60, outputAudio: 200 },
      cost: { input: '0.000025', inputAudio: '0.004', output: '0.0006', outputAudio: '0.016' },
      total: '0.020625',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/your-data (data residency: 10 % on the models that have it)
  it('multiplies by the regional uplift', () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 100 };
    // 1000 × 2.5e-6 × 1.1 = 0.00275; 100 × 1.5e-5 × 1.1 = 0.00165
    expect(costOf({ ...chat, usage, region: 'eu' })).toMatchObject({
      cost: { input: '0.00275', output: '0.00165' },
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/batch: half of the price; the list has no batch rate for cached tokens
  it('says so where a tier has no rate for a class', () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 400 } };
    // 600 × 1.25e-6 = 0.00075; 400 × 2.5e-7 = 0.0001
    expect(costOf({ ...chat, usage, serviceTier: 'batch' })).toMatchObject({
      cost: { input: '0.00075', cacheRead: '0.0001' },
      approximate: ['tier_rate_missing'],
    });
  });

  it('keeps a whole object that contradicts itself instead of clamping it', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 11 } };
    expect(costOf({ ...chat, usage })).toEqual({
      status: 'unreadable',
      reason: 'parts_exceed_whole:prompt_tokens',
      model: 'gpt-5.4',
    });
  });
});

describe('openai.responses', () => {
  const responses = { source: 'openai.responses', model: 'gpt-5.4' };

  // https://platform.openai.com/docs/guides/reasoning (its example of a usage object)
  it('takes reasoning out of the output', () => {
    const usage = {
      input_tokens: 75,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 1186,
      output_tokens_details: { reasoning_tokens: 1024 },
      total_tokens: 1261,
    };
    // 75 × 2.5e-6 = 0.0001875; 162 × 1.5e-5 = 0.00243; 1024 × 1.5e-5 = 0.01536
    expect(costOf({ ...responses, usage })).toEqual({
      tokens: { input: 75, output: 162, reasoning: 1024 },
      cost: { input: '0.0001875', output: '0.00243', reasoning: '0.01536' },
      total: '0.0179775',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/tools-web-search: only `search` actions are billed
  it('counts the billed searches among the items of a whole response, and its tier', () => {
    const usage = {
      object: 'response',
      service_tier: 'flex',
      output: [
        { type: 'reasoning' },
        { type: 'web_search_call', action: { type: 'search', query: 'x' } },
        { type: 'web_search_call', action: { type: 'open_page', url: 'y' } },
        { type: 'web_search_call', action: { type: 'search', query: 'z' } },
        { type: 'message' },
      ],
      usage: { input_tokens: 328, output_tokens: 356, total_tokens: 684 },
    };
    // 328 × 1e-6 = 0.000328; 356 × 4e-6 = 0.001424; the list has no fee for a search of this model
    expect(priceOf({ ...responses, model: 'o3', usage })).toMatchObject({
      tools: { webSearches: 2 },
      cost: { input: '0.000328', output: '0.001424' },
      approximate: ['tool_fee_missing'],
    });
  });

  it('believes the count of searches that the response states', () => {
    const usage = {
      output: [{ type: 'web_search_call' }, { type: 'file_search_call' }],
      tool_usage: { web_search: { num_requests: 3 } },
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    expect(priceOf({ ...responses, usage })).toMatchObject({ tools: { webSearches: 3, fileSearches: 1 } });
  });

  // https://platform.openai.com/docs/pricing (built-in tools: code interpreter by container)
  it('bills code interpreter by session, from the entry that lists it', () => {
    const usage = { input_tokens: 36, output_tokens: 87 };
    // 36 × 2.5e-6 = 0.00009; 87 × 1.5e-5 = 0.001305; 1 × 0.03
    expect(costOf({ ...responses, usage, tools: { codeInterpreterSessions: 1 } })).toMatchObject({
      cost: { input: '0.00009', output: '0.001305', codeInterpreterSessions: '0.03' },
      total: '0.031395',
    });
  });

  // https://platform.openai.com/docs/api-reference/responses-streaming/response/completed
  it('reads the event that ends a stream', () => {
    const usage = {
      type: 'response.completed',
      response: { usage: { input_tokens: 100, input_tokens_details: { cached_tokens: 60 }, output_tokens: 10 } },
    };
    // 40 × 2.5e-6 = 0.0001; 60 × 2.5e-7 = 0.000015; 10 × 1.5e-5 = 0.00015
    expect(costOf({ ...responses, usage })).toMatchObject({ total: '0.000265', ...exact });
  });
});

describe('openai.embeddings', () => {
  const embed = { source: 'openai.embeddings', model: 'text-embedding-3-small' };

  // https://platform.openai.com/docs/api-reference/embeddings/create (its example)
  it('bills the prompt', () => {
    // 8 × 2e-8 = 0.00000016
    expect(costOf({ ...embed, usage: { prompt_tokens: 8, total_tokens: 8 } })).toEqual({
      tokens: { input: 8 },
      cost: { input: '0.00000016' },
      total: '0.00000016',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/batch: 50,000 inputs in one batch
  it('has batch rates', () => {
    // 25,000,000 × 6.5e-8 = 1.625
    const usage = { prompt_tokens: 25_000_000, total_tokens: 25_000_000 };
    expect(costOf({ ...embed, model: 'text-embedding-3-large', usage, serviceTier: 'batch' })).toMatchObject({
      total: '1.625',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/embeddings: servers of the same form that report only the total
  it('takes the total where the prompt is missing', () => {
    expect(costOf({ ...embed, usage: { total_tokens: 1000 } })).toMatchObject({
      tokens: { input: 1000 },
      total: '0.00002',
    });
  });
});
