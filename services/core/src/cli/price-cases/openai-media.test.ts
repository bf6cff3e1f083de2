import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './price-case.ts';

const exact = { approximate: [] };

describe('openai.images', () => {
  const images = { source: 'openai.images', model: 'gpt-image-1.5' };

  // https://platform.openai.com/docs/api-reference/images/object (its example)
  it('splits the tokens of an image model into text and image', () => {
    const usage = {
      total_tokens: 100,
      input_tokens: 50,
      output_tokens: 50,
      input_tokens_details: { text_tokens: 10, image_tokens: 40 },
    };
    // 10 × 5e-6 = 0.00005; 40 × 8e-6 = 0.00032; 50 × 3.2e-5 = 0.0016
    expect(costOf({ ...images, usage })).toEqual({
      tokens: { input: 10, inputImage: 40, outputImage: 50 },
      cost: { input: '0.00005', inputImage: '0.00032', outputImage: '0.0016' },
      total: '0.00197',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/image-generation (the models that also write text)
  it('splits the output where it is split', () => {
    const usage = {
      input_tokens: 20,
      output_tokens: 1100,
      input_tokens_details: { text_tokens: 20, image_tokens: 0 },
      output_tokens_details: { text_tokens: 44, image_tokens: 1056 },
    };
    // 20 × 5e-6 = 0.0001; 44 × 1e-5 = 0.00044; 1056 × 3.2e-5 = 0.033792
    expect(costOf({ ...images, usage })).toMatchObject({
      tokens: { input: 20, output: 44, outputImage: 1056 },
      total: '0.034332',
    });
  });

  // https://platform.openai.com/docs/pricing (DALL·E 3, HD, 1024×1024: 0.08 an image; the list has it by the pixel)
  it('bills an image without tokens by quality and size', () => {
    const record = { source: 'openai.images', model: 'dall-e-3', usage: null, units: { outputImages: 2 } };
    const traits = { imageSize: '1024x1024', imageQuality: 'hd' };
    // 2 × 1024 × 1024 × 7.629e-8 = 0.15999172608
    expect(priceOf({ ...record, traits })).toMatchObject({
      model: 'hd/1024-x-1024/dall-e-3',
      cost: { pixels: '0.15999172608' },
      ...exact,
    });
    expect(priceOf(record)).toMatchObject({ status: 'unpriced', reason: 'unknown_model' });
  });
});

describe('openai.transcription', () => {
  const hear = { source: 'openai.transcription', model: 'whisper-1' };

  // https://platform.openai.com/docs/api-reference/audio/verbose-json-object (its example: 8.47 s, billed as 9)
  it('bills seconds once, as the usage says', () => {
    const usage = { task: 'transcribe', duration: 8.470000267028809, usage: { type: 'duration', seconds: 9 } };
    // 9 × 0.0001 = 0.0009, although the list has the rate on both sides
    expect(costOf({ ...hear, usage })).toMatchObject({ cost: { seconds: '0.0009' }, total: '0.0009', ...exact });
  });

  // https://platform.openai.com/docs/api-reference/audio/json-object (its example)
  it('splits the tokens of the newer models', () => {
    const usage = {
      type: 'tokens',
      input_tokens: 14,
      input_token_details: { text_tokens: 10, audio_tokens: 4 },
      output_tokens: 101,
      total_tokens: 115,
    };
    // 10 × 1.25e-6 = 0.0000125; 4 × 1.25e-6 = 0.000005; 101 × 5e-6 = 0.000505
    expect(costOf({ ...hear, model: 'gpt-4o-mini-transcribe', usage })).toEqual({
      tokens: { input: 10, inputAudio: 4, output: 101 },
      cost: { input: '0.0000125', inputAudio: '0.000005', output: '0.000505' },
      total: '0.0005225',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/speech-to-text: a sender that measured the file itself
  it('takes the seconds from the record where the response has none', () => {
    // 61.5 × 0.0001 = 0.00615
    expect(costOf({ ...hear, usage: null, units: { seconds: 61.5 } })).toMatchObject({ total: '0.00615' });
    expect(costOf({ ...hear, usage: null })).toMatchObject({ status: 'unreadable', reason: 'no_usage' });
  });
});

describe('openai.speech', () => {
  const speak = { source: 'openai.speech', model: 'tts-1' };

  // https://platform.openai.com/docs/pricing (TTS: 15 USD for a million characters)
  it('bills the characters of the request', () => {
    // 1234 × 1.5e-5 = 0.01851
    expect(costOf({ ...speak, usage: { characters: 1234 } })).toMatchObject({
      cost: { inputCharacters: '0.01851' },
      ...exact,
    });
  });

  // https://platform.openai.com/docs/api-reference/audio/speech-audio-done-event (its example)
  it('reads the tokens of the event that ends a stream', () => {
    const usage = { type: 'speech.audio.done', usage: { input_tokens: 14, output_tokens: 101, total_tokens: 115 } };
    // 14 × 2.5e-6 = 0.000035; 101 × 1.2e-5 = 0.001212
    expect(costOf({ ...speak, model: 'gpt-4o-mini-tts', usage })).toEqual({
      tokens: { input: 14, outputAudio: 101 },
      cost: { input: '0.000035', outputAudio: '0.001212' },
      total: '0.001247',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/api-reference/audio/createSpeech: the response is audio, so the sender counts
  it('takes the characters from the record', () => {
    expect(costOf({ ...speak, units: { inputCharacters: 100 } })).toMatchObject({ total: '0.0015' });
  });
});

describe('openai.realtime', () => {
  const live = { source: 'openai.realtime', model: 'gpt-realtime-2.1' };

  // https://platform.openai.com/docs/guides/realtime-costs (its example of a usage object)
  it('takes the cached tokens out of each modality', () => {
    const usage = {
      total_tokens: 253,
      input_tokens: 132,
      output_tokens: 121,
      input_token_details: {
        text_tokens: 119,
        audio_tokens: 13,
        image_tokens: 0,
        cached_tokens: 64,
        cached_tokens_details: { text_tokens: 64, audio_tokens: 0, image_tokens: 0 },
      },
      output_token_details: { text_tokens: 30, audio_tokens: 91 },
    };
    // 55 × 4e-6 = 0.00022; 64 × 4e-7 = 0.0000256; 13 × 3.2e-5 = 0.000416; 30 × 2.4e-5 = 0.00072; 91 × 6.4e-5 = 0.005824
    expect(costOf({ ...live, usage })).toEqual({
      tokens: { input: 55, cacheRead: 64, inputAudio: 13, output: 30, outputAudio: 91 },
      cost: {
        input: '0.00022',
        cacheRead: '0.0000256',
        inputAudio: '0.000416',
        output: '0.00072',
        outputAudio: '0.005824',
      },
      total: '0.0072056',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/guides/realtime-costs (images and cached audio)
  it('prices cached audio and images at their own rates', () => {
    const usage = {
      input_tokens: 1300,
      output_tokens: 0,
      input_token_details: {
        text_tokens: 100,
        audio_tokens: 200,
        image_tokens: 1000,
        cached_tokens: 150,
        cached_tokens_details: { text_tokens: 0, audio_tokens: 150, image_tokens: 0 },
      },
    };
    // 100 × 4e-6 = 0.0004; 50 × 3.2e-5 = 0.0016; 1000 × 5e-6 = 0.005; 150 × 4e-7 = 0.00006
    expect(costOf({ ...live, usage })).toEqual({
      tokens: { input: 100, inputAudio: 50, inputImage: 1000, cacheReadAudio: 150 },
      cost: { input: '0.0004', inputAudio: '0.0016', inputImage: '0.005', cacheReadAudio: '0.00006' },
      total: '0.00706',
      ...exact,
    });
  });

  // https://platform.openai.com/docs/api-reference/realtime-server-events/response/done (its example caches more than there is)
  it('does not believe more cached tokens than there are', () => {
    const usage = {
      type: 'response.done',
      response: {
        usage: {
          total_tokens: 275,
          input_tokens: 127,
          output_tokens: 148,
          input_token_details: {
            cached_tokens: 384,
            text_tokens: 119,
            audio_tokens: 8,
            cached_tokens_details: { text_tokens: 128, audio_tokens: 256 },
          },
          output_token_details: { text_tokens: 36, audio_tokens: 112 },
        },
      },
    };
    expect(costOf({ ...live, usage })).toMatchObject({
      status: 'unreadable',
      reason: 'parts_exceed_whole:input_tokens',
    });
  });
});
