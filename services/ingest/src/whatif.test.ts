import type { UsageRecord } from '@tokengrip/core/contract/usage';
import type { WhatIfChange } from '@tokengrip/core/contract/whatif';
import { formatPicoUsd } from '@tokengrip/core/cost/money';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { loadCatalog } from '@tokengrip/core/domain/prices/load-catalog';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { costsByColumn } from '@tokengrip/core/domain/usage/meter-call';
import { priceAs } from '@tokengrip/core/domain/whatif/price-as';
import { createRepricer } from '@tokengrip/core/domain/whatif/price-otherwise';
import { readCalls } from '@tokengrip/core/domain/whatif/read-calls';
import { selectionOf } from '@tokengrip/core/domain/whatif/selection';
import { generateSample } from '@tokengrip/core/sample/generate';
import { silentLog, testClock, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis } from '@tokengrip/core/testing/redis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildIngestApp } from './app.ts';
import { createBudgets } from './budgets/budgets.ts';
import { createKeyCache } from './key-cache.ts';
import { createIngestMetrics } from './metrics.ts';
import { createWriter } from './writer.ts';

const NOW = '2026-08-01T12:00:00Z';
const PERIOD = { from: '2026-07-31T00:00:00.000Z', to: '2026-08-01T12:00:00.000Z' };
const FIRST = 11;
let nextProject = 20;

describe('a what-if, and the same records sent under the other name', () => {
  let database: TestDatabase;
  let close: () => Promise<void>;
  let send: (projectId: number, records: readonly object[]) => Promise<void>;
  const records = [
    ...generateSample({ seed: 7, from: new Date(PERIOD.from), to: new Date(PERIOD.to), calls: 2_000 }),
    ...oddRecords(),
  ];

  beforeAll(async () => {
    database = await createTestDatabase();
    await createPartitions(database.owner, { from: new Date(PERIOD.from), to: new Date(NOW) });
    await sql`insert into organizations (id, name) values (1, 'One')`.execute(database.owner);
    await loadPriceSnapshot(database.owner, silentLog);
    const redis = testRedis();
    const ctx = { ...testContext(database.as('ingest'), testClock(NOW)), redis };
    const catalog = await loadCatalog(ctx.db);
    const { forWriter, ...budgets } = createBudgets(ctx);
    const server = buildIngestApp(
      { INGEST_BODY_LIMIT_BYTES: 4 * 1024 * 1024, INGEST_RATE_LIMIT_PER_MINUTE: 0, TRUSTED_PROXIES: '' },
      {
        ...ctx,
        keys: createKeyCache(ctx),
        catalog: async () => catalog,
        ...budgets,
        writer: createWriter(ctx, forWriter),
        metrics: createIngestMetrics(),
        noteActivity() {},
      },
    );
    close = async () => {
      await server.close();
      redis.disconnect();
      await database.drop();
    };
    send = async (projectId, sent) => {
      await sql`insert into projects (id, organization_id, name) values (${projectId}, 1, ${`P${projectId}`})`.execute(
        database.owner,
      );
      const { secret } = await createApiKey(database.owner, 1, { projectId, name: 'test' });
      for (let at = 0; at < sent.length; at += 500) {
        const reply = await server.inject({
          method: 'POST',
          url: '/v1/usage',
          headers: { authorization: `Bearer ${secret}` },
          payload: { records: sent.slice(at, at + 500) },
        });
        expect(reply.json()).toMatchObject({ rejected: [] });
      }
    };
    await send(FIRST, records);
  }, 120_000);
  afterAll(() => close());

  it.each<[string, NonNullable<WhatIfChange['model']>]>([
    ['a model of the same provider', { provider: 'openai', model: 'gpt-5-mini' }],
    ['a model with a size threshold', { provider: 'gemini', model: 'gemini-2.5-pro' }],
    ['a model with cache writes of two kinds', { provider: 'anthropic', model: 'claude-sonnet-4-5' }],
    [
      'a name that has to be taken apart',
      { provider: 'bedrock', model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0' },
    ],
    ['a model without any cache rate', { provider: 'openai', model: 'gpt-4' }],
    ['a model that no price list has', { provider: 'openai', model: 'nobody-knows-1' }],
  ])('are equal to the last digit and class for %s', async (_what, model) => {
    nextProject += 1;
    const projectId = nextProject;
    await send(
      projectId,
      records.map((record) => ({ ...record, ...model })),
    );
    const { rows } = await sql<Record<string, unknown> & { event_id: string; total_pico_usd: bigint | null }>`
      select * from usage_calls where project_id = ${projectId} and duplicate_of is null`.execute(database.owner);
    const again = new Map(rows.map((row) => [row.event_id, row]));

    const ctx = testContext(database.as('api'), testClock(NOW));
    const reprice = createRepricer(await loadCatalog(database.owner), { model });
    const selection = selectionOf(PERIOD, [FIRST]);
    const verdicts = { priced: 0, unable: 0, unpriced: 0, uncosted: 0 };
    let sum = 0n;
    for await (const page of readCalls(ctx, 1, selection, 300)) {
      for (const row of page) {
        const otherwise = reprice(row);
        const sent = again.get(row.event_id);
        verdicts[otherwise.verdict] += 1;
        if (otherwise.verdict === 'unpriced') expect(sent?.total_pico_usd).toBeNull();
        if (otherwise.verdict !== 'priced') continue;
        expect(otherwise.afterPicoUsd, `${row.source} ${row.model}`).toBe(sent?.total_pico_usd);
        for (const [name, amount] of Object.entries(costsByColumn(otherwise.costs))) {
          expect(sent?.[`${name}_pico_usd`], name).toBe(amount);
        }
        sum += otherwise.afterPicoUsd;
      }
    }
    const result = await priceAs(ctx, 1, { ...PERIOD, projectId: [FIRST] }, { model }, { pageRows: 700 });
    expect(result.totals).toMatchObject({
      calls: rows.length,
      pricedCalls: verdicts.priced,
      unableCalls: verdicts.unable,
      unpricedCalls: verdicts.unpriced,
      uncostedCalls: verdicts.uncosted,
      costAfter: formatPicoUsd(sum),
    });
    expect(verdicts.priced + verdicts.unpriced).toBeGreaterThan(500);
  });
});

/** What sample traffic has not: every other form in which usage comes, and what has no tokens. */
function oddRecords(): UsageRecord[] {
  const at = (minute: number) => `2026-08-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const id = (n: number) => `019867a0-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const odd: Omit<UsageRecord, 'id' | 'timestamp'>[] = [
    { source: 'openai.transcription', model: 'whisper-1', usage: { type: 'duration', seconds: 61 } },
    {
      source: 'openai.images',
      model: 'gpt-image-1',
      units: { outputImages: 2 },
      usage: { input_tokens: 40, output_tokens: 4_000, input_tokens_details: { text_tokens: 40, image_tokens: 0 } },
    },
    {
      source: 'openai.chat',
      model: 'gpt-4o-audio-preview',
      usage: {
        prompt_tokens: 900,
        completion_tokens: 300,
        prompt_tokens_details: { audio_tokens: 700 },
        completion_tokens_details: { audio_tokens: 250 },
      },
    },
    {
      source: 'anthropic.messages',
      model: 'claude-sonnet-4-5',
      usage: {
        input_tokens: 10,
        output_tokens: 90,
        cache_creation_input_tokens: 5_000,
        cache_creation: { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 4_000 },
        server_tool_use: { web_search_requests: 3 },
      },
    },
    {
      source: 'gemini.generate-content',
      model: 'gemini-2.5-pro',
      usage: { promptTokenCount: 250_001, candidatesTokenCount: 800, thoughtsTokenCount: 200 },
    },
    { source: 'cohere.chat', model: 'command-r', usage: { billed_units: { input_tokens: 10, output_tokens: 20 } } },
    {
      source: 'openrouter.chat',
      model: 'openai/gpt-4o',
      usage: { prompt_tokens: 100, completion_tokens: 20, cost: 0.001 },
    },
    {
      source: 'mistral.chat',
      model: 'mistral-large-latest',
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    },
    {
      source: 'deepseek.chat',
      model: 'deepseek-chat',
      usage: { prompt_tokens: 100, prompt_cache_hit_tokens: 60, prompt_cache_miss_tokens: 40, completion_tokens: 5 },
    },
    {
      source: 'normalized',
      provider: 'openai',
      model: 'gpt-4o',
      usage: {
        tokens: { input: 1_000, cacheRead: 333, cacheWrite1h: 77, output: 3, reasoning: 9 },
        traits: { searchContextSize: 'high' },
        tools: { webSearches: 2 },
      },
    },
    {
      source: 'openai.responses',
      model: 'gpt-5.4',
      serviceTier: 'flex',
      usage: { input_tokens: 5_000, output_tokens: 10, input_tokens_details: { cached_tokens: 4_000 } },
    },
    {
      source: 'openai.chat',
      model: 'gpt-4o',
      requestedTier: 'priority',
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    },
    { source: 'openai.chat', model: 'gpt-4o', status: 'error', errorType: 'rate_limited' },
    { source: 'openai.chat', model: 'gpt-4o', usage: { prompt_tokens: 0, completion_tokens: 0 } },
    { source: 'openai.chat', model: 'gpt-4o', usage: { prompt_tokens: -3, completion_tokens: 0 } },
    {
      source: 'otel.gen-ai',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      usage: {
        'gen_ai.usage.input_tokens': 10,
        'gen_ai.usage.output_tokens': 5,
        'gen_ai.usage.cache_read.input_tokens': 900,
      },
    },
  ];
  return odd.map((record, n) => ({ ...record, id: id(n), timestamp: at(n) }) as UsageRecord);
}
