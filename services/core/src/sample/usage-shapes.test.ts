import { describe, expect, it } from 'vitest';
import type { UsageRecord } from '../contract/usage.ts';
import { completionTokens, type NormalUsage, promptTokens } from '../usage/normal-form.ts';
import { readUsage } from '../usage/read-usage.ts';
import { isUsageSource } from '../usage/sources.ts';
import { SAMPLE_COMPANY } from './company/company.ts';
import { generateSample } from './generate.ts';
import { type CallCounts, shapeOf } from './usage-shapes.ts';

const records = [
  ...generateSample({
    seed: 5,
    from: new Date('2026-08-15T00:00:00Z'),
    to: new Date('2026-10-01T00:00:00Z'),
    calls: 40_000,
    incidents: [],
  }),
];

function read(record: UsageRecord): NormalUsage {
  if (!isUsageSource(record.source)) throw new Error(`unknown source ${record.source}`);
  const result = readUsage({ source: record.source, usage: record.usage, provider: record.provider });
  if (result.status !== 'read') throw new Error(`${result.status}: ${JSON.stringify(record)}`);
  return result.usage;
}

describe('usage objects of the sample', () => {
  it('are of all the sources that the company uses', () => {
    const expected = new Set(Object.values(SAMPLE_COMPANY.models).map(({ source }) => source));
    expect(new Set(records.map(({ source }) => source))).toEqual(expected);
    expect(expected.size).toBe(9);
  });

  it('are read exactly by the readers of their sources', () => {
    const inexact = records.filter((record) => record.usage && read(record).approximate.length > 0);
    expect(inexact).toEqual([]);
  });

  it('come with every call that succeeded, and with none that failed but broken streams of Claude', () => {
    const isPaid = ({ status, errorType, source }: UsageRecord) =>
      status === 'ok' || (errorType === 'interrupted' && source === 'anthropic.messages');
    expect(records.filter((record) => isPaid(record) !== (record.usage !== undefined))).toEqual([]);
  });

  it('stay within the limit of the request, and say so when it is reached', () => {
    const limits = new Set(['length', 'max_tokens', 'max_output_tokens', 'MAX_TOKENS']);
    let cut = 0;
    for (const record of records) {
      if (!record.usage || record.maxOutputTokens === undefined) continue;
      const generated = completionTokens(read(record).tokens);
      expect(generated).toBeLessThanOrEqual(record.maxOutputTokens);
      if (!limits.has(record.finishReason ?? '')) continue;
      expect(generated).toBe(record.maxOutputTokens);
      cut++;
    }
    expect(cut).toBeGreaterThan(10);
  });

  it('use the caches of the providers, and reason where they can', () => {
    const cached = (provider: string) => {
      const all = records
        .filter((record) => record.provider === provider && record.usage)
        .map((record) => read(record).tokens);
      const sum = (values: (number | undefined)[]) => values.reduce((total: number, value) => total + (value ?? 0), 0);
      return {
        read: sum(all.map(({ cacheRead }) => cacheRead)) / sum(all.map(promptTokens)),
        write5m: sum(all.map(({ cacheWrite5m }) => cacheWrite5m)) > 0,
        write1h: sum(all.map(({ cacheWrite1h }) => cacheWrite1h)) > 0,
        reasoning: sum(all.map(({ reasoning }) => reasoning)) > 0,
      };
    };
    expect(cached('anthropic')).toMatchObject({ write5m: true, write1h: true });
    expect(cached('anthropic').read).toBeGreaterThan(0.6);
    expect(cached('openai')).toMatchObject({ write5m: true, write1h: false, reasoning: true });
    expect(cached('openai').read).toBeGreaterThan(0.4);
    expect(cached('bedrock')).toMatchObject({ write5m: true, write1h: false });
    expect(cached('gemini').read).toBeGreaterThan(0.1);
    expect(cached('mistral')).toEqual({ read: 0, write5m: false, write1h: false, reasoning: false });
  });

  it('grow along a conversation, which reads what it sent before', () => {
    const sessions = Map.groupBy(
      records.filter(({ feature, status }) => feature === 'support-chat' && status === 'ok'),
      ({ session }) => session,
    );
    let turns = 0;
    let hits = 0;
    for (const session of sessions.values()) {
      const prompts = session.map((record) => read(record).tokens);
      prompts.slice(1).forEach((tokens, index) => {
        const before = promptTokens(prompts[index] ?? {});
        expect(promptTokens(tokens)).toBeGreaterThan(before);
        turns++;
        if ((tokens.cacheRead ?? 0) >= before - 4) hits++;
      });
    }
    expect(turns).toBeGreaterThan(1_000);
    expect(hits / turns).toBeGreaterThan(0.7);
  });
});

describe('shapeOf', () => {
  const call: CallCounts = {
    promptTokens: 10_000,
    cacheRead: 6_000,
    cacheWrite5m: 2_500,
    cacheWrite1h: 1_000,
    imageTokens: 258,
    output: 300,
    reasoning: 120,
    webSearches: 2,
    reportsWrites: true,
    thinks: true,
  };

  it('writes what OpenAI includes in the prompt into it', () => {
    expect(shapeOf('openai.chat').usage(call)).toEqual({
      prompt_tokens: 10_000,
      completion_tokens: 420,
      total_tokens: 10_420,
      prompt_tokens_details: { cached_tokens: 6_000, audio_tokens: 0, cache_write_tokens: 2_500 },
      completion_tokens_details: {
        reasoning_tokens: 120,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    });
    expect(shapeOf('openai.responses').usage({ ...call, reportsWrites: false })).toEqual({
      input_tokens: 10_000,
      input_tokens_details: { cached_tokens: 6_000 },
      output_tokens: 420,
      output_tokens_details: { reasoning_tokens: 120 },
      total_tokens: 10_420,
    });
  });

  it('writes beside the input what Claude leaves out of it', () => {
    expect(shapeOf('anthropic.messages').usage(call)).toEqual({
      input_tokens: 500,
      cache_creation_input_tokens: 3_500,
      cache_read_input_tokens: 6_000,
      cache_creation: { ephemeral_5m_input_tokens: 2_500, ephemeral_1h_input_tokens: 1_000 },
      output_tokens: 420,
      output_tokens_details: { thinking_tokens: 120 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
      service_tier: 'standard',
    });
    expect(shapeOf('bedrock.converse').usage(call)).toEqual({
      inputTokens: 500,
      outputTokens: 420,
      totalTokens: 10_420,
      cacheReadInputTokens: 6_000,
      cacheWriteInputTokens: 3_500,
    });
  });

  it("keeps Gemini's thoughts apart from its candidates", () => {
    expect(shapeOf('gemini.generate-content').usage({ ...call, output: 0 })).toEqual({
      promptTokenCount: 10_000,
      totalTokenCount: 10_120,
      cachedContentTokenCount: 6_000,
      cacheTokensDetails: [{ modality: 'TEXT', tokenCount: 6_000 }],
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 9_742 },
        { modality: 'IMAGE', tokenCount: 258 },
      ],
      thoughtsTokenCount: 120,
    });
  });

  it("splits DeepSeek's prompt in hits and misses", () => {
    expect(shapeOf('deepseek.chat').usage({ ...call, thinks: false })).toMatchObject({
      prompt_tokens: 10_000,
      prompt_cache_hit_tokens: 6_000,
      prompt_cache_miss_tokens: 4_000,
    });
  });
});
