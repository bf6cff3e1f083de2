import { describe, expect, it } from 'vitest';
import type { NormalUsage } from '../usage/normal-form.ts';
import { compilePrice } from './compiled-price.ts';
import { priceCall } from './price-call.ts';

function bill(mode: string, rates: Record<string, string>, usage: Partial<NormalUsage>, key = 'model') {
  const price = compilePrice({ provider: 'openai', mode, rates }, key);
  const result = priceCall(price, { tokens: {}, approximate: [], ...usage }, { timestampMs: 0 });
  return result.status === 'priced'
    ? { costs: result.costs, approximate: result.approximate }
    : { reason: result.reason, costClass: result.costClass };
}

const exact = (costs: Record<string, bigint>) => ({ costs, approximate: [] });

describe('seconds', () => {
  it('are billed once where both sides are listed, at the one that is not zero', () => {
    const units = { seconds: 10 };
    const input = { input_cost_per_second: '0.0001', output_cost_per_second: '0' };
    const output = { input_cost_per_second: '0', output_cost_per_second: '0.0001' };
    const both = { input_cost_per_second: '0.0001', output_cost_per_second: '0.0001' };
    for (const rates of [input, output, both]) {
      expect(bill('audio_transcription', rates, { units })).toEqual(exact({ seconds: 1_000_000_000n }));
    }
  });

  it('have a price by resolution where the list has one', () => {
    const rates = { output_cost_per_second: '0.05', output_cost_per_second_1080p: '0.08' };
    const video = (resolution: string) =>
      bill('video_generation', rates, { units: { seconds: 8 }, traits: { resolution } });
    expect(video('720p')).toEqual(exact({ seconds: 400_000_000_000n }));
    expect(video('1080p')).toEqual(exact({ seconds: 640_000_000_000n }));
  });

  it('of a video are found under either name, and billed once', () => {
    const listed = { output_cost_per_video_per_second: '0.1' };
    expect(bill('video_generation', listed, { units: { seconds: 4 } })).toEqual(exact({ seconds: 400_000_000_000n }));
    const other = { output_cost_per_second: '0.1' };
    const units = { outputVideoSeconds: 4, seconds: 4 };
    expect(bill('video_generation', other, { units })).toEqual(exact({ outputVideoSeconds: 400_000_000_000n }));
  });

  it('are not billed beside the tokens that are the same thing', () => {
    const rates = {
      input_cost_per_token: '0.0000025',
      output_cost_per_audio_token: '0.000012',
      output_cost_per_second: '0.00025',
    };
    const usage = { tokens: { input: 10, outputAudio: 100 }, units: { seconds: 5 } };
    expect(bill('audio_speech', rates, usage)).toEqual(exact({ input: 25_000_000n, outputAudio: 1_200_000_000n }));
  });

  it('that are not known leave the call unpriced', () => {
    expect(bill('audio_transcription', { input_cost_per_second: '0.0001' }, {})).toEqual({
      reason: 'missing_quantity',
    });
    const tokens = { inputAudio: 100 };
    expect(bill('audio_transcription', { input_cost_per_second: '0.0001' }, { tokens })).toEqual({
      reason: 'missing_quantity',
      costClass: 'inputAudio',
    });
  });

  it('cover the tokens of a model that has no rate for them', () => {
    const usage = { tokens: { input: 500 }, units: { inputVideoSeconds: 10 } };
    const rates = { input_cost_per_video_per_second: '0.00049', output_cost_per_token: '0.0000075' };
    expect(bill('chat', rates, usage)).toEqual(exact({ inputVideoSeconds: 4_900_000_000n }));
  });

  it('of audio and video are inside the tokens of a chat, and on top of those of an embedding', () => {
    const rates = {
      input_cost_per_token: '0.000001',
      input_cost_per_audio_per_second: '0.0001',
      input_cost_per_video_per_second: '0.0005',
    };
    const usage = { tokens: { input: 10 }, units: { inputAudioSeconds: 1, inputVideoSeconds: 1 } };
    expect(bill('chat', rates, usage)).toEqual(exact({ input: 10_000_000n }));
    expect(bill('embedding', rates, usage)).toEqual(
      exact({ input: 10_000_000n, inputAudioSeconds: 100_000_000n, inputVideoSeconds: 500_000_000n }),
    );
  });

  it('of an embedded video select their rate by length', () => {
    const rates = {
      input_cost_per_video_per_second: '0.0005',
      input_cost_per_video_per_second_above_8s_interval: '0.001',
      input_cost_per_video_per_second_above_15s_interval: '0.002',
    };
    const video = (seconds: number) => bill('embedding', rates, { units: { inputVideoSeconds: seconds } });
    expect(video(8)).toMatchObject({ costs: { inputVideoSeconds: 4_000_000_000n } });
    expect(video(10)).toMatchObject({ costs: { inputVideoSeconds: 10_000_000_000n } });
    expect(video(20)).toEqual({
      costs: { inputVideoSeconds: 40_000_000_000n },
      approximate: ['video_interval_assumed'],
    });
  });
});

describe('images', () => {
  it('are billed by the image under either name', () => {
    const units = { outputImages: 2 };
    const expected = exact({ outputImages: 80_000_000_000n });
    expect(bill('image_generation', { output_cost_per_image: '0.04' }, { units })).toEqual(expected);
    expect(bill('image_generation', { input_cost_per_image: '0.04' }, { units })).toEqual(expected);
    const both = { input_cost_per_image: '0', output_cost_per_image: '0.04' };
    expect(bill('image_generation', both, { units })).toEqual(expected);
  });

  it('that were edited are no extra charge under the name of the generated ones', () => {
    const units = { inputImages: 1, outputImages: 1 };
    expect(bill('image_edit', { input_cost_per_image: '0.02' }, { units })).toEqual(
      exact({ outputImages: 20_000_000_000n }),
    );
  });

  it('are billed by the pixel, from the size of the request or of the key', () => {
    const rates = { input_cost_per_pixel: '0.00000001', output_cost_per_pixel: '0' };
    const units = { outputImages: 2 };
    const expected = exact({ pixels: 20_971_520_000n });
    expect(bill('image_generation', rates, { units, traits: { imageSize: '1024x1024' } })).toEqual(expected);
    expect(bill('image_generation', rates, { units }, '1024-x-1024/dall-e-2')).toEqual(expected);
    expect(bill('image_generation', rates, { units: { pixels: 2_097_152 } })).toEqual(expected);
    expect(bill('image_generation', rates, { units })).toEqual({ reason: 'missing_quantity' });
  });

  it('are billed by one measure where the list has two', () => {
    const rates = {
      input_cost_per_image: '0.167',
      input_cost_per_pixel: '0.000000159263611',
      output_cost_per_pixel: '0',
    };
    expect(bill('image_generation', rates, { units: { outputImages: 1 } }, 'high/1024-x-1024/m')).toEqual(
      exact({ outputImages: 167_000_000_000n }),
    );
  });

  it('are billed by token where the call reported tokens', () => {
    const rates = {
      input_cost_per_token: '0.000002',
      input_cost_per_image: '0.0011',
      output_cost_per_image: '0.134',
      output_cost_per_image_token: '0.00012',
    };
    const usage = { tokens: { input: 10, outputImage: 1120 }, units: { outputImages: 1, inputImages: 1 } };
    expect(bill('image_generation', rates, usage)).toEqual(
      exact({ input: 20_000_000n, outputImage: 134_400_000_000n }),
    );
  });

  it('whose tokens have no rate are billed by the piece, or not at all', () => {
    const rates = { input_cost_per_token: '0', output_cost_per_token: '0', output_cost_per_image: '0.039' };
    const tokens = { input: 10, outputImage: 1290 };
    expect(bill('image_generation', rates, { tokens, units: { outputImages: 1 } })).toEqual(
      exact({ input: 0n, outputImages: 39_000_000_000n }),
    );
    expect(bill('image_generation', rates, { tokens })).toEqual({
      reason: 'missing_quantity',
      costClass: 'outputImage',
    });
  });

  it('come on top of the text of an embedding, and are inside that of a chat', () => {
    const rates = { input_cost_per_token: '0.000001', input_cost_per_image: '0.0001' };
    const usage = { tokens: { input: 10 }, units: { inputImages: 1 } };
    expect(bill('embedding', rates, usage)).toEqual(exact({ input: 10_000_000n, inputImages: 100_000_000n }));
    expect(bill('chat', rates, usage)).toEqual(exact({ input: 10_000_000n }));
  });

  it('of a realtime model have their token rate under the name of a rate per image', () => {
    const rates = { input_cost_per_token: '0.000004', input_cost_per_image: '0.000005' };
    expect(bill('realtime', rates, { tokens: { inputImage: 10 } })).toEqual(exact({ inputImage: 50_000_000n }));
  });

  it('take all output of an image model where it has no text rate', () => {
    const rates = { input_cost_per_token: '0.000005', output_cost_per_image_token: '0.00004' };
    expect(bill('image_generation', rates, { tokens: { output: 100 } })).toEqual({
      costs: { output: 4_000_000_000n },
      approximate: ['text_at_image_rate'],
    });
    expect(bill('chat', rates, { tokens: { output: 100 } })).toEqual({ reason: 'missing_rate', costClass: 'output' });
  });
});

describe('other units', () => {
  it('characters are billed where tokens are not', () => {
    const rates = { input_cost_per_character: '0.000015' };
    expect(bill('audio_speech', rates, { units: { inputCharacters: 100 } })).toEqual(
      exact({ inputCharacters: 1_500_000_000n }),
    );
    const both = { ...rates, input_cost_per_token: '0.000001' };
    const usage = { tokens: { input: 25 }, units: { inputCharacters: 100 } };
    expect(bill('embedding', both, usage)).toEqual(exact({ input: 25_000_000n }));
  });

  it('pages, annotations and credits are billed each', () => {
    const rates = { ocr_cost_per_page: '0.001', annotation_cost_per_page: '0.003', ocr_cost_per_credit: '0.015' };
    expect(bill('ocr', rates, { units: { pages: 3, annotatedPages: 1, credits: 1.5 } })).toEqual(
      exact({ pages: 3_000_000_000n, annotatedPages: 3_000_000_000n, credits: 22_500_000_000n }),
    );
  });

  it('queries are billed as stated, and one is assumed for a call that is one', () => {
    const rates = { input_cost_per_query: '0.002', input_cost_per_token: '0', output_cost_per_token: '0' };
    expect(bill('rerank', rates, { units: { queries: 2 } })).toEqual(exact({ queries: 4_000_000_000n }));
    expect(bill('search', rates, {})).toEqual(exact({ queries: 2_000_000_000n }));
    expect(bill('rerank', rates, {})).toEqual({
      costs: { queries: 2_000_000_000n },
      approximate: ['quantity_assumed'],
    });
  });

  it('searches are priced by the results asked for', () => {
    const rates = {
      'tiered_pricing.results_0-25.input_cost_per_query': '0.005',
      'tiered_pricing.results_26-100.input_cost_per_query': '0.025',
    };
    const search = (maxResults?: number) =>
      bill('search', rates, maxResults === undefined ? {} : { traits: { maxResults } });
    expect(search(25)).toEqual(exact({ queries: 5_000_000_000n }));
    expect(search(26)).toEqual(exact({ queries: 25_000_000_000n }));
    expect(search(500)).toEqual(exact({ queries: 25_000_000_000n }));
    expect(search()).toEqual({ costs: { queries: 5_000_000_000n }, approximate: ['results_assumed'] });
  });

  it('a fee for every request comes on top', () => {
    const rates = { input_cost_per_request: '0.005', input_cost_per_token: '0', output_cost_per_token: '0.000001' };
    expect(bill('chat', rates, { tokens: { input: 5, output: 10 } })).toEqual(
      exact({ input: 0n, output: 10_000_000n, requests: 5_000_000_000n }),
    );
  });

  it('citations are billed where the price charges for them', () => {
    const usage = { tokens: { output: 1 }, units: { citationTokens: 10 } };
    const rates = { output_cost_per_token: '0.000008', citation_cost_per_token: '0.000002' };
    expect(bill('chat', rates, usage)).toEqual(exact({ output: 8_000_000n, citationTokens: 20_000_000n }));
    expect(bill('chat', { output_cost_per_token: '0.000008' }, usage)).toEqual(exact({ output: 8_000_000n }));
  });

  it('a unit that the price does not know leaves the call unpriced', () => {
    const rates = { input_cost_per_token: '0.000001' };
    expect(bill('chat', rates, { units: { pages: 1 } })).toEqual({ reason: 'missing_rate', costClass: 'pages' });
  });
});

describe('tool fees', () => {
  const search = {
    output_cost_per_token: '0.000001',
    'search_context_cost_per_query.search_context_size_low': '0.03',
    'search_context_cost_per_query.search_context_size_medium': '0.035',
    'search_context_cost_per_query.search_context_size_high': '0.05',
  };

  it('of web searches go by the size of the context', () => {
    const usage = { tools: { webSearches: 2 }, traits: { searchContextSize: 'high' as const } };
    expect(bill('chat', search, usage)).toEqual(exact({ webSearches: 100_000_000_000n }));
    expect(bill('chat', search, { tools: { webSearches: 2 } })).toEqual({
      costs: { webSearches: 70_000_000_000n },
      approximate: ['search_size_assumed'],
    });
  });

  it('need no size where all are the same', () => {
    const rates = {
      output_cost_per_token: '0.000001',
      'search_context_cost_per_query.search_context_size_low': '0.01',
      'search_context_cost_per_query.search_context_size_medium': '0.01',
      'search_context_cost_per_query.search_context_size_high': '0.01',
    };
    expect(bill('chat', rates, { tools: { webSearches: 3 } })).toEqual(exact({ webSearches: 30_000_000_000n }));
  });

  it('are one a call where the unit is the prompt', () => {
    const rates = {
      output_cost_per_token: '0.000001',
      'search_context_cost_per_prompt.search_context_size_medium': '0.035',
    };
    expect(bill('chat', rates, { tools: { webSearches: 3 } })).toEqual(exact({ webSearches: 35_000_000_000n }));
  });

  it('that are not listed are left out, and said', () => {
    const usage = { tokens: { output: 1 }, tools: { webSearches: 1, fileSearches: 1, codeInterpreterSessions: 1 } };
    expect(bill('chat', { output_cost_per_token: '0.000001' }, usage)).toEqual({
      costs: { output: 1_000_000n },
      approximate: ['tool_fee_missing'],
    });
  });

  it('of file searches are per thousand', () => {
    const rates = { output_cost_per_token: '0.000001', file_search_cost_per_1k_calls: '2.5' };
    expect(bill('chat', rates, { tools: { fileSearches: 2 } })).toEqual(exact({ fileSearches: 5_000_000_000n }));
  });
});
