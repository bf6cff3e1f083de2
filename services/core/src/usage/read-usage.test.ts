import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionTokens, MAX_COUNT, type NormalUsage, promptTokens, TOKEN_CLASSES } from './normal-form.ts';
import { readUsage, type UsageInput } from './read-usage.ts';
import { defaultProvider, isUsageSource, USAGE_SOURCES, type UsageSource } from './sources.ts';

function read(source: UsageSource, usage: unknown, more: Partial<UsageInput> = {}): NormalUsage {
  const result = readUsage({ source, usage, ...more });
  if (result.status !== 'read') throw new Error(JSON.stringify(result));
  return result.usage;
}

const count = fc.integer({ min: 0, max: 100_000 });
const parts = fc.record({
  text: count,
  cached: count,
  written5m: count,
  written1h: count,
  audio: count,
  image: count,
  out: count,
  reasoning: count,
  outAudio: count,
});
type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never;

/** A call as each source would report it, with the totals that a bill would have. */
const SHAPES: Partial<Record<UsageSource, (p: Parts) => { usage: unknown; prompt: number; completion: number }>> = {
  'openai.chat': (p) => {
    const prompt = p.text + p.cached + p.written5m;
    const completion = p.out + p.reasoning + p.outAudio;
    const usage = {
      prompt_tokens: prompt,
      completion_tokens: completion,
      prompt_tokens_details: { cached_tokens: p.cached, cache_write_tokens: p.written5m },
      completion_tokens_details: { reasoning_tokens: p.reasoning, audio_tokens: p.outAudio },
    };
    return { usage, prompt, completion };
  },
  'openai.responses': (p) => {
    const prompt = p.text + p.cached;
    const completion = p.out + p.reasoning;
    const usage = {
      input_tokens: prompt,
      input_tokens_details: { cached_tokens: p.cached },
      output_tokens: completion,
      output_tokens_details: { reasoning_tokens: p.reasoning },
    };
    return { usage, prompt, completion };
  },
  'openai.realtime': (p) => {
    const prompt = p.text + p.audio + p.image;
    const completion = p.out + p.outAudio;
    const details = {
      text_tokens: p.text,
      audio_tokens: p.audio,
      image_tokens: p.image,
      cached_tokens: Math.min(p.cached, prompt),
    };
    const usage = {
      input_tokens: prompt,
      input_token_details: details,
      output_tokens: completion,
      output_token_details: { text_tokens: p.out, audio_tokens: p.outAudio },
    };
    return { usage, prompt, completion };
  },
  'anthropic.messages': (p) => {
    const usage = {
      input_tokens: p.text,
      cache_read_input_tokens: p.cached,
      cache_creation_input_tokens: p.written5m + p.written1h,
      cache_creation: { ephemeral_5m_input_tokens: p.written5m, ephemeral_1h_input_tokens: p.written1h },
      output_tokens: p.out,
    };
    return { usage, prompt: p.text + p.cached + p.written5m + p.written1h, completion: p.out };
  },
  'gemini.generate-content': (p) => {
    const prompt = p.text + p.audio + p.image;
    const usage = {
      promptTokenCount: prompt,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: p.text },
        { modality: 'AUDIO', tokenCount: p.audio },
        { modality: 'IMAGE', tokenCount: p.image },
      ],
      cachedContentTokenCount: Math.min(p.cached, prompt),
      toolUsePromptTokenCount: p.written5m,
      candidatesTokenCount: p.out,
      thoughtsTokenCount: p.reasoning,
      totalTokenCount: prompt + p.written5m + p.out + p.reasoning,
    };
    return { usage, prompt: prompt + p.written5m, completion: p.out + p.reasoning };
  },
  'bedrock.converse': (p) => {
    const usage = {
      inputTokens: p.text,
      cacheReadInputTokens: p.cached,
      cacheWriteInputTokens: p.written5m + p.written1h,
      cacheDetails: [{ ttl: '1h', inputTokens: p.written1h }],
      outputTokens: p.out,
    };
    return { usage, prompt: p.text + p.cached + p.written5m + p.written1h, completion: p.out };
  },
  'deepseek.chat': (p) => {
    const prompt = p.text + p.cached;
    const usage = {
      prompt_tokens: prompt,
      prompt_cache_hit_tokens: p.cached,
      prompt_cache_miss_tokens: p.text,
      completion_tokens: p.out + p.reasoning,
      completion_tokens_details: { reasoning_tokens: p.reasoning },
    };
    return { usage, prompt, completion: p.out + p.reasoning };
  },
  'xai.chat': (p) => {
    const prompt = p.text + p.cached;
    const usage = {
      prompt_tokens: prompt,
      prompt_tokens_details: { cached_tokens: p.cached },
      completion_tokens: p.out,
      completion_tokens_details: { reasoning_tokens: p.reasoning },
      total_tokens: prompt + p.out + p.reasoning,
    };
    return { usage, prompt, completion: p.out + p.reasoning };
  },
  langchain: (p) => {
    const prompt = p.text + p.cached + p.written5m + p.written1h + p.audio;
    const usage = {
      input_tokens: prompt,
      input_token_details: {
        cache_read: p.cached,
        cache_creation: p.written5m + p.written1h,
        ephemeral_1h_input_tokens: p.written1h,
        audio: p.audio,
      },
      output_tokens: p.out + p.reasoning,
      output_token_details: { reasoning: p.reasoning },
    };
    return { usage, prompt, completion: p.out + p.reasoning };
  },
  'vercel-ai': (p) => {
    const prompt = p.text + p.cached + p.written5m;
    const usage = {
      inputTokens: prompt,
      inputTokenDetails: { noCacheTokens: p.text, cacheReadTokens: p.cached, cacheWriteTokens: p.written5m },
      outputTokens: p.out + p.reasoning,
      outputTokenDetails: { reasoningTokens: p.reasoning },
    };
    return { usage, prompt, completion: p.out + p.reasoning };
  },
  'otel.gen-ai': (p) => {
    const prompt = p.text + p.cached + p.written5m;
    const usage = {
      'gen_ai.usage.input_tokens': prompt,
      'gen_ai.usage.cache_read.input_tokens': p.cached,
      'gen_ai.usage.cache_write.input_tokens': p.written5m,
      'gen_ai.usage.output_tokens': p.out + p.reasoning,
      'gen_ai.usage.reasoning.output_tokens': p.reasoning,
    };
    return { usage, prompt, completion: p.out + p.reasoning };
  },
};

describe('the classes of the normal form add up to what was reported', () => {
  it.each(Object.entries(SHAPES))('%s', (source, shape) => {
    fc.assert(
      fc.property(parts, (p) => {
        const { usage, prompt, completion } = shape(p);
        const { tokens } = read(source as UsageSource, usage);
        expect(promptTokens(tokens)).toBe(prompt);
        expect(completionTokens(tokens)).toBe(completion);
        for (const name of TOKEN_CLASSES) expect(tokens[name] ?? 1).toBeGreaterThan(0);
      }),
    );
  });
});

describe('odd objects', () => {
  const value = fc.oneof(fc.jsonValue(), fc.integer(), fc.double(), fc.constantFrom('12', '-1', '1e3', null, true));
  const names = fc.constantFrom(
    ...['prompt_tokens', 'completion_tokens', 'input_tokens', 'output_tokens', 'total_tokens', 'prompt_tokens_details'],
    ...[
      'input_tokens_details',
      'usage',
      'response',
      'promptTokenCount',
      'candidatesTokenCount',
      'billed_units',
      'meta',
    ],
    ...['inputTokens', 'outputTokens', 'cacheDetails', 'cache_creation', 'iterations', 'cost', 'seconds', 'tokens'],
    ...['gen_ai.usage.input_tokens', 'cached_tokens', 'modality', 'promptTokensDetails', 'pages_processed', 'output'],
  );

  it.each(USAGE_SOURCES)('%s never throws, and counts whole numbers or nothing', (source) => {
    fc.assert(
      fc.property(fc.oneof(value, fc.dictionary(names, fc.oneof(value, fc.dictionary(names, value)))), (usage) => {
        const result = readUsage({ source, usage });
        if (result.status === 'read') {
          for (const tokens of Object.values(result.usage.tokens)) {
            expect(Number.isInteger(tokens) && tokens > 0 && tokens <= MAX_COUNT).toBe(true);
          }
        } else {
          expect(result.status).toBe(source === 'normalized' ? 'rejected' : 'unreadable');
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [null, 'no_usage'],
    [undefined, 'no_usage'],
    [[], 'no_usage'],
    ['12', 'no_usage'],
    [{}, 'no_usage'],
    [{ foo: 1 }, 'no_known_field'],
    [{ usage: null }, 'no_known_field'],
    [{ prompt_tokens: -1, completion_tokens: 1 }, 'not_a_count:prompt_tokens'],
    [{ prompt_tokens: 1.5, completion_tokens: 1 }, 'not_a_count:prompt_tokens'],
    [{ prompt_tokens: true, completion_tokens: 1 }, 'not_a_count:prompt_tokens'],
    [{ prompt_tokens: 1e10, completion_tokens: 1 }, 'not_a_count:prompt_tokens'],
    [{ prompt_tokens: '1e3', completion_tokens: 1 }, 'not_a_count:prompt_tokens'],
    [
      { prompt_tokens: 5, completion_tokens: 1, completion_tokens_details: { reasoning_tokens: 2 } },
      'parts_exceed_whole:completion_tokens',
    ],
    [{ prompt_tokens: 5, total_tokens: 4 }, 'parts_exceed_whole:total_tokens'],
  ])('openai.chat %j is unreadable: %s', (usage, reason) => {
    expect(readUsage({ source: 'openai.chat', usage })).toEqual({ status: 'unreadable', reason });
  });

  it('numbers that are digits in a text are counts', () => {
    expect(read('openai.chat', { prompt_tokens: '12', completion_tokens: '3' }).tokens).toEqual({
      input: 12,
      output: 3,
    });
  });

  it('missing and null details are nothing', () => {
    const usage = { prompt_tokens: 12, completion_tokens: null, total_tokens: 15, prompt_tokens_details: null };
    expect(read('openai.chat', usage)).toMatchObject({ tokens: { input: 12, output: 3 }, approximate: [] });
  });

  it('sums above what a count may be are not believed', () => {
    const usage = { promptTokenCount: 1e9, toolUsePromptTokenCount: 1, candidatesTokenCount: 1 };
    expect(readUsage({ source: 'gemini.generate-content', usage })).toMatchObject({ reason: 'not_a_count:input' });
  });

  it('a call that used nothing is read as such', () => {
    expect(read('openai.chat', { prompt_tokens: 0, completion_tokens: 0 }).tokens).toEqual({});
  });
});

describe('cached tokens of an unknown modality', () => {
  const usage = (cached_tokens: number) => ({
    prompt_tokens: 100,
    completion_tokens: 0,
    prompt_tokens_details: { cached_tokens, audio_tokens: 60, image_tokens: 20 },
  });

  it('are text first, then audio, then images, and marked', () => {
    expect(read('openai.chat', usage(15))).toMatchObject({
      tokens: { input: 5, cacheRead: 15, inputAudio: 60, inputImage: 20 },
      approximate: ['cached_modality_assumed'],
    });
    expect(read('openai.chat', usage(90)).tokens).toEqual({
      cacheRead: 20,
      inputImage: 10,
      cacheReadAudio: 60,
      cacheReadImage: 10,
    });
  });

  it('cannot be more than the prompt', () => {
    expect(readUsage({ source: 'openai.chat', usage: usage(101) })).toMatchObject({
      reason: 'parts_exceed_whole:prompt_tokens',
    });
  });
});

describe('what the record says beside the usage', () => {
  it('counts only where the usage is silent', () => {
    const more = { serviceTier: 'batch', region: 'eu', speed: 'fast' };
    const usage = { input_tokens: 1, output_tokens: 1, service_tier: 'standard', inference_geo: 'us' };
    expect(read('anthropic.messages', usage, more)).toMatchObject({
      serviceTier: 'standard',
      region: 'us',
      speed: 'fast',
    });
  });

  it('stands for a usage object where the endpoint has none', () => {
    expect(read('openai.speech', null, { units: { inputCharacters: 10 } })).toMatchObject({
      tokens: {},
      units: { inputCharacters: 10 },
    });
  });

  it('has to be counts', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1 };
    expect(readUsage({ source: 'openai.chat', usage, units: { seconds: -1 } })).toEqual({
      status: 'unreadable',
      reason: 'not_a_count:units.seconds',
    });
    expect(readUsage({ source: 'openai.chat', usage, tools: { webSearches: 0.5 } })).toMatchObject({
      status: 'unreadable',
    });
    expect(readUsage({ source: 'normalized', usage: { tokens: { input: 1 } }, units: { seconds: -1 } })).toMatchObject({
      status: 'rejected',
      field: 'units.seconds',
    });
  });
});

it('a source has a default provider unless it carries calls of any', () => {
  const open = USAGE_SOURCES.filter((source) => defaultProvider(source) === undefined);
  expect(open).toEqual(['vercel-ai', 'langchain', 'otel.gen-ai', 'openai-compatible.chat', 'normalized']);
  expect(defaultProvider('gemini.generate-content')).toBe('gemini');
  expect(isUsageSource('openai.chat')).toBe(true);
  expect(isUsageSource('openai')).toBe(false);
});
