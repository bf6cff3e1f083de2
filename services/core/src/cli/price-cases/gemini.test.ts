import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './price-case.ts';

const exact = { approximate: [] };

describe('gemini.generate-content', () => {
  const generate = { source: 'gemini.generate-content', model: 'gemini-2.5-pro' };

  // https://ai.google.dev/gemini-api/docs/thinking (pricing: output is the sum of output and thinking tokens),
  // https://ai.google.dev/gemini-api/docs/pricing (prompts above 200k)
  it('bills thoughts beside the candidates, cached tokens inside the prompt, all above 200k', () => {
    const usage = {
      promptTokenCount: 250_000,
      cachedContentTokenCount: 100_000,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 90,
      totalTokenCount: 250_100,
    };
    // 150000 × 2.5e-6 = 0.375; 100000 × 2.5e-7 = 0.025; 10 × 1.5e-5 = 0.00015; 90 × 1.5e-5 = 0.00135
    expect(costOf({ ...generate, usage })).toEqual({
      tokens: { input: 150_000, cacheRead: 100_000, output: 10, reasoning: 90 },
      cost: { input: '0.375', cacheRead: '0.025', output: '0.00015', reasoning: '0.00135' },
      total: '0.4015',
      ...exact,
    });
  });

  // https://ai.google.dev/api/generate-content#UsageMetadata: tool use is input beside the prompt, candidates can be absent
  it('counts tool use as input, and reads the candidates from the total where they are absent', () => {
    const usage = { promptTokenCount: 100, toolUsePromptTokenCount: 50, thoughtsTokenCount: 200, totalTokenCount: 350 };
    // 150 × 1.25e-6 = 0.0001875; 200 × 1e-5 = 0.002
    expect(costOf({ ...generate, usage })).toEqual({
      tokens: { input: 150, reasoning: 200 },
      cost: { input: '0.0001875', reasoning: '0.002' },
      total: '0.0021875',
      ...exact,
    });
    expect(costOf({ ...generate, usage: { ...usage, totalTokenCount: 360 } })).toMatchObject({
      tokens: { input: 150, output: 10, reasoning: 200 },
    });
  });

  // https://ai.google.dev/gemini-api/docs/audio (32 tokens a second), https://ai.google.dev/gemini-api/docs/tokens
  it('splits the prompt by modality, cached tokens too', () => {
    const usage = {
      promptTokenCount: 4258,
      cachedContentTokenCount: 1000,
      candidatesTokenCount: 100,
      totalTokenCount: 4358,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 1000 },
        { modality: 'AUDIO', tokenCount: 3000 },
        { modality: 'IMAGE', tokenCount: 258 },
      ],
      cacheTokensDetails: [
        { modality: 'TEXT', tokenCount: 600 },
        { modality: 'AUDIO', tokenCount: 400 },
      ],
      candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 100 }],
    };
    // text 400 × 3e-7 = 0.00012; cached 600 × 3e-8 = 0.000018; audio 2600 × 1e-6 = 0.0026; image 258 × 3e-7 = 0.0000774;
    // cached audio 400 at the rate of cached text = 0.000012; output 100 × 2.5e-6 = 0.00025
    expect(costOf({ ...generate, model: 'gemini-2.5-flash', usage })).toEqual({
      tokens: { input: 400, cacheRead: 600, inputAudio: 2600, inputImage: 258, cacheReadAudio: 400, output: 100 },
      cost: {
        input: '0.00012',
        cacheRead: '0.000018',
        inputAudio: '0.0026',
        inputImage: '0.0000774',
        cacheReadAudio: '0.000012',
        output: '0.00025',
      },
      total: '0.0030774',
      approximate: ['cached_media_at_text_cache_rate'],
    });
  });

  // https://ai.google.dev/gemini-api/docs/image-generation (an image is 1120 tokens)
  it('bills a generated image by its tokens', () => {
    const usage = {
      promptTokenCount: 20,
      candidatesTokenCount: 1150,
      totalTokenCount: 1170,
      candidatesTokensDetails: [
        { modality: 'IMAGE', tokenCount: 1120 },
        { modality: 'TEXT', tokenCount: 30 },
      ],
    };
    // 20 × 2e-6 = 0.00004; 30 × 1.2e-5 = 0.00036; 1120 × 1.2e-4 = 0.1344
    expect(costOf({ ...generate, model: 'gemini-3-pro-image', usage })).toMatchObject({
      tokens: { input: 20, output: 30, outputImage: 1120 },
      total: '0.1348',
      ...exact,
    });
  });

  // https://ai.google.dev/gemini-api/docs/google-search (pricing: Gemini 3 by query, earlier models by prompt)
  it('bills grounding by query or by prompt, as the model does', () => {
    const usage = {
      candidates: [{ groundingMetadata: { webSearchQueries: ['a', 'b', 'a', ''] } }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    };
    expect(priceOf({ ...generate, model: 'gemini-3-flash-preview', usage })).toMatchObject({
      tools: { webSearches: 2 },
      cost: { webSearches: '0.028' },
    });
    expect(priceOf({ ...generate, usage })).toMatchObject({
      tools: { webSearches: 2 },
      cost: { webSearches: '0.035' },
    });
  });

  // https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/GenerateContentResponse#TrafficType
  it('takes the service tier from the traffic type', () => {
    const usage = {
      promptTokenCount: 1000,
      candidatesTokenCount: 10,
      totalTokenCount: 1010,
      trafficType: 'ON_DEMAND_PRIORITY',
    };
    // 1000 × 9e-7 = 0.0009; 10 × 5.4e-6 = 0.000054
    expect(costOf({ ...generate, model: 'gemini-3-flash-preview', usage })).toMatchObject({
      total: '0.000954',
      ...exact,
    });
  });

  it('believes a total that says that the thoughts are inside the candidates', () => {
    const usage = { promptTokenCount: 10, candidatesTokenCount: 100, thoughtsTokenCount: 80, totalTokenCount: 110 };
    expect(costOf({ ...generate, usage })).toMatchObject({ tokens: { input: 10, output: 20, reasoning: 80 } });
  });

  it("reads the Python SDK's names", () => {
    const usage = {
      prompt_token_count: 10,
      candidates_token_count: 5,
      thoughts_token_count: null,
      total_token_count: 15,
    };
    expect(costOf({ ...generate, usage })).toMatchObject({ tokens: { input: 10, output: 5 } });
  });
});
