import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { LIMITS } from '@tokengrip/core/contract/usage';
import { createCatalog } from '@tokengrip/core/cost/catalog';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { revokeApiKey } from '@tokengrip/core/domain/keys/revoke-api-key';
import { loadCatalog } from '@tokengrip/core/domain/prices/load-catalog';
import type { Server } from '@tokengrip/core/http/server';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis } from '@tokengrip/core/testing/redis';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildIngestApp } from './app.ts';
import { createBudgets } from './budgets/budgets.ts';
import { createKeyCache, type KeyCache } from './key-cache.ts';
import { createIngestMetrics } from './metrics.ts';
import { createWriter } from './writer.ts';

const PRICES = JSON.stringify({
  provider: 'openai',
  mode: 'chat',
  rates: {
    input_cost_per_token: '0.0000025',
    cache_read_input_token_cost: '0.00000025',
    output_cost_per_token: '0.000015',
  },
});

const record = (more: object = {}) => ({
  timestamp: '2026-08-01T11:59:00Z',
  source: 'openai.chat',
  model: 'gpt-test',
  usage: {
    prompt_tokens: 1_000,
    completion_tokens: 200,
    prompt_tokens_details: { cached_tokens: 400 },
    completion_tokens_details: { reasoning_tokens: 50 },
  },
  ...more,
});

describe('POST /v1/usage', () => {
  let database: TestDatabase;
  let redis: Redis;
  let server: Server;
  let keys: KeyCache;
  let secret: string;
  let keyId: number;

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = testRedis();
    await sql`
      insert into organizations (id, name) values (1, 'One');
      insert into projects (id, organization_id, name) values (11, 1, 'A');
      insert into price_versions (model_key, entry, origin, edition)
        values ('gpt-test', ${sql.lit(PRICES)}, 'snapshot', '2026-08-01')`.execute(database.owner);
    const created = await createApiKey(database.owner, 1, { projectId: 11, name: 'test' });
    ({ secret } = created);
    keyId = created.key.id;
    const ctx = { ...testContext(database.as('ingest'), testClock()), redis };
    const catalog = await loadCatalog(ctx.db);
    keys = createKeyCache(ctx);
    server = buildIngestApp(
      { INGEST_BODY_LIMIT_BYTES: 64 * 1024, INGEST_RATE_LIMIT_PER_MINUTE: 0, TRUSTED_PROXIES: '' },
      {
        ...ctx,
        keys,
        catalog: async () => catalog,
        ...createBudgets(ctx),
        writer: createWriter(ctx),
        metrics: createIngestMetrics(),
        noteActivity() {},
      },
    );
  });
  afterAll(async () => {
    await server.close();
    redis.disconnect();
    await database.drop();
  });

  const post = (payload: unknown, headers: Record<string, string> = {}) =>
    server.inject({
      method: 'POST',
      url: '/v1/usage',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      payload: Buffer.isBuffer(payload) || typeof payload === 'string' ? payload : JSON.stringify(payload),
    });

  const stored = async (feature: string) => {
    const { rows } = await sql<Record<string, unknown>>`
      select * from usage_calls where feature = ${feature} order by ts`.execute(database.owner);
    return rows;
  };

  it('stores a record priced by class, to the last digit', async () => {
    const reply = await post(record({ feature: 'exact' }));
    expect(reply.json()).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    const [row] = await stored('exact');
    // 600 × 2.5e-6 = 0.0015; 400 × 2.5e-7 = 0.0001; 150 × 1.5e-5 = 0.00225; 50 × 1.5e-5 = 0.00075
    expect(row).toMatchObject({
      cost_status: 'priced',
      input_pico_usd: 1_500_000_000n,
      cache_read_pico_usd: 100_000_000n,
      output_pico_usd: 2_250_000_000n,
      reasoning_pico_usd: 750_000_000n,
      total_pico_usd: 4_600_000_000n,
      input_tokens: 600,
      cache_read_tokens: 400,
      output_tokens: 150,
      reasoning_tokens: 50,
      key_id: keyId,
      price_match: 'bare_key',
    });
  });

  it('adds the record to the rollup in the same transaction', async () => {
    await post({ records: [record({ feature: 'sum', latencyMs: 900 }), record({ feature: 'sum', latencyMs: 900 })] });
    await post(record({ feature: 'sum', latencyMs: 5 }));
    const { rows } = await sql`
      select calls, total_pico_usd, input_tokens,
        (select array_agg(array[e >> 24, e & 16777215]) from unnest(latency_histogram) as e) as latencies
      from usage_15m where feature = 'sum'`.execute(database.owner);
    // floor(4 × log2(5)) = 9, once; floor(4 × log2(900)) = 39, twice
    expect(rows).toEqual([
      {
        calls: 3n,
        total_pico_usd: 13_800_000_000n,
        input_tokens: 1_800n,
        latencies: [
          [9, 1],
          [39, 2],
        ],
      },
    ]);
  });

  it('recognizes a repeated delivery, within a batch and across requests, and counts it once', async () => {
    const sent = record({ feature: 'twice', id: '019fba9d-0340-7000-8000-00000000abcd' });
    expect((await post({ records: [sent, sent] })).json()).toMatchObject({ accepted: 1, duplicates: 1 });
    expect((await post(sent)).json()).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await stored('twice')).toHaveLength(1);
    const { rows } = await sql`select calls from usage_15m where feature = 'twice'`.execute(database.owner);
    expect(rows).toEqual([{ calls: 1n }]);
  });

  it('takes the time from a UUIDv7, and any other id with a timestamp', async () => {
    const v7 = '019fba9d-0340-7000-8000-000000000001'; // 2026-07-31T23:58:00Z
    const { timestamp: _, ...timeless } = record({ feature: 'ids' });
    const reply = await post({
      records: [{ ...timeless, id: v7 }, record({ feature: 'ids', id: 'call-7' }), { ...timeless, id: 'call-8' }],
    });
    expect(reply.json()).toMatchObject({
      accepted: 2,
      rejected: [{ index: 2, code: 'timestamp_required', field: 'timestamp' }],
    });
  });

  it('refuses bad records by index, code and field, and stores their neighbours', async () => {
    const normalized = { ...record({ feature: 'mixed' }), source: 'normalized', provider: 'openai' };
    const reply = await post({
      records: [
        record({ feature: 'mixed' }),
        { ...normalized, usage: { input: -5 } },
        { ...normalized, usage: { input: 5 }, user: 'nul\u0000' },
        record({ feature: 'mixed', tags: { team: 'half \ud800' } }),
        record({ feature: 'mixed', latencyMs: 'fast' }),
        record({ feature: 'mixed', sorce: 'x' }),
        record({ feature: 'mixed', source: 'openai.chats' }),
        record({ feature: 'mixed', timestamp: '2026-08-01T12:11:00Z' }),
        record({ feature: 'mixed', timestamp: '2025-08-01T12:11:00Z' }),
        record({ feature: 'mixed', source: 'vercel-ai' }),
        7,
        record({ feature: 'mixed' }),
      ],
    });
    expect(reply.statusCode).toBe(200);
    const { accepted, rejected } = reply.json();
    expect(accepted).toBe(2);
    expect(rejected.map(({ index, code, field }: Record<string, unknown>) => [index, code, field])).toEqual([
      [1, 'invalid_usage', 'usage.input'],
      [2, 'invalid_character', 'user'],
      [3, 'invalid_character', 'tags.team'],
      [4, 'invalid_field', 'latencyMs'],
      [5, 'invalid_field', 'sorce'],
      [6, 'unknown_source', 'source'],
      [7, 'timestamp_in_future', 'timestamp'],
      [8, 'timestamp_too_old', 'timestamp'],
      [9, 'provider_required', 'provider'],
      [10, 'invalid_field', ''],
    ]);
    expect(await stored('mixed')).toHaveLength(2);
  });

  it('leaves out a cost of the provider that no call can have', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, cost: 9_999_999_999 };
    const reply = await post({
      records: [
        record({ feature: 'dear', reportedCost: '9999999.5' }),
        record({ feature: 'dear', source: 'openrouter.chat', usage }),
        record({ feature: 'dear', reportedCost: '0.5' }),
      ],
    });
    expect(reply.json()).toMatchObject({ accepted: 3, rejected: [] });
    const reported = (await stored('dear')).map((row) => row.reported_pico_usd).sort();
    expect(reported).toEqual([500_000_000_000n, null, null]);
  });

  it('keeps a call of an unknown model, without a price', async () => {
    await post(record({ feature: 'unknown', model: 'nobody-knows-this' }));
    expect(await stored('unknown')).toMatchObject([
      { cost_status: 'unpriced', total_pico_usd: null, price_match: 'unknown_model', input_tokens: 600 },
    ]);
  });

  it('keeps a call whose usage cannot be read, as it came', async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 400 } };
    await post(record({ feature: 'odd', usage }));
    expect(await stored('odd')).toMatchObject([{ cost_status: 'unreadable', total_pico_usd: null, raw_usage: usage }]);
  });

  it('takes a call that failed outright for unbilled, and one that broke off for unknown', async () => {
    const { usage: _, ...failed } = record({ feature: 'failed', status: 'error', errorType: 'rate_limit_error' });
    await post({ records: [failed, { ...failed, feature: 'broken off', timeToFirstTokenMs: 400 }] });
    expect(await stored('failed')).toMatchObject([
      { cost_status: 'priced', total_pico_usd: 0n, approximate: ['no_usage_reported'] },
    ]);
    expect(await stored('broken off')).toMatchObject([{ cost_status: 'unreadable', total_pico_usd: null }]);
  });

  it('stores captured text only where the project allows it, 500 whole characters of it', async () => {
    const content = { prompt: '😀'.repeat(600), response: 'short' };
    await post(record({ feature: 'not allowed', content }));
    expect(await stored('not allowed')).toMatchObject([{ prompt_text: null, response_text: null }]);
    await sql`update projects set capture_content = true where id = 11`.execute(database.owner);
    keys.clear();
    await post(record({ feature: 'allowed', content }));
    expect(await stored('allowed')).toMatchObject([{ prompt_text: '😀'.repeat(500), response_text: 'short' }]);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('takes bodies compressed with %s', async (encoding, compress) => {
    const reply = await post(compress(JSON.stringify(record({ feature: encoding }))), { 'content-encoding': encoding });
    expect(reply.json()).toMatchObject({ accepted: 1 });
  });

  it.each([
    ['no key', { authorization: '' }, 401, 'unauthenticated'],
    ['a text that is no key', { authorization: 'Bearer nonsense' }, 401, 'unauthenticated'],
    ['a key that does not exist', { authorization: `Bearer tgk_${'x'.repeat(40)}` }, 401, 'unauthenticated'],
    ['an unknown compression', { 'content-encoding': 'lzma' }, 415, 'unsupported_media_type'],
    ['a body that is not compressed as it says', { 'content-encoding': 'gzip' }, 400, 'malformed_json'],
    ['another content type', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
  ])('answers %s with a problem of a stable code', async (_name, headers, status, code) => {
    const reply = await post(record(), headers);
    expect([reply.statusCode, reply.json().code]).toEqual([status, code]);
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });

  it.each([
    ['malformed JSON', '{"records": [', 400, 'malformed_json'],
    ['an array', [1], 400, 'invalid_request'],
    ['an empty batch', { records: [] }, 400, 'invalid_request'],
    ['too many records', { records: Array(LIMITS.recordsPerRequest + 1).fill(1) }, 400, 'invalid_request'],
    ['a body over the limit', { records: ['x'.repeat(65 * 1024)] }, 413, 'payload_too_large'],
  ])('refuses %s whole', async (_name, payload, status, code) => {
    const reply = await post(payload);
    expect([reply.statusCode, reply.json().code]).toEqual([status, code]);
  });

  it('refuses a small body that decompresses to one over the limit', async () => {
    const reply = await post(gzipSync(JSON.stringify({ records: ['x'.repeat(1024 * 1024)] })), {
      'content-encoding': 'gzip',
    });
    expect([reply.statusCode, reply.json().code]).toEqual([413, 'payload_too_large']);
  });

  it('takes the key as x-api-key too, and refuses it once it is revoked', async () => {
    const headers = { authorization: '', 'x-api-key': secret };
    expect((await post(record(), headers)).statusCode).toBe(200);
    await revokeApiKey(database.owner, 1, { projectId: 11, keyId, now: new Date() });
    keys.clear();
    expect((await post(record(), headers)).statusCode).toBe(401);
  });

  it('answers 503 with Retry-After when the database is away', async () => {
    const reply = await postWithoutDatabase();
    expect([reply.statusCode, reply.json().code, reply.headers['retry-after']]).toEqual([503, 'unavailable', '2']);
  });

  /** A server whose database cannot be reached. */
  async function postWithoutDatabase() {
    const db = connectDatabase({ url: 'postgres://x:y@127.0.0.1:1/z', poolSize: 1, applicationName: 'away' });
    const ctx = { ...testContext(db, testClock()), redis };
    const catalog = createCatalog([]);
    const app = buildIngestApp(
      { INGEST_BODY_LIMIT_BYTES: 1024, INGEST_RATE_LIMIT_PER_MINUTE: 0, TRUSTED_PROXIES: '' },
      {
        ...ctx,
        keys: createKeyCache(ctx),
        catalog: async () => catalog,
        ...createBudgets(ctx),
        writer: createWriter(ctx),
        metrics: createIngestMetrics(),
        noteActivity() {},
      },
    );
    const reply = await app.inject({
      method: 'POST',
      url: '/v1/usage',
      headers: { authorization: `Bearer ${secret}` },
      payload: record(),
    });
    await app.close();
    await db.destroy();
    return reply;
  }
});
