import type { AddressInfo } from 'node:net';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { loadCatalog } from '@tokengrip/core/domain/prices/load-catalog';
import type { Server } from '@tokengrip/core/http/server';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis } from '@tokengrip/core/testing/redis';
import { sql } from 'kysely';
import { buildIngestApp } from '../app.ts';
import { createBudgets } from '../budgets/budgets.ts';
import { createKeyCache } from '../key-cache.ts';
import { createIngestMetrics, type IngestMetrics } from '../metrics.ts';
import { createWriter } from '../writer.ts';

/** USD per token, by model; all of OpenAI. */
const PRICES: Record<string, Record<string, string>> = {
  'gpt-test': {
    input_cost_per_token: '0.0000025',
    cache_read_input_token_cost: '0.00000025',
    output_cost_per_token: '0.000015',
  },
  'embed-test': { input_cost_per_token: '0.00000002' },
  'gpt-4o': {
    input_cost_per_token: '0.0000025',
    cache_read_input_token_cost: '0.00000125',
    output_cost_per_token: '0.00001',
  },
};

export interface IngestFixture {
  database: TestDatabase;
  server: Server;
  metrics: IngestMetrics;
  /** Of project 11, in organization 1. */
  secret: string;
  /** The real address, where the server was asked to listen. */
  address: string;
  /** Lets the project store texts, or not. */
  captureContent(allowed: boolean): Promise<void>;
  /** The stored records, oldest first. */
  records(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The whole ingest on a database of its own, at 12:00 of 1 August 2026. */
export async function startIngestFixture(
  options: { listen?: boolean; perMinute?: number } = {},
): Promise<IngestFixture> {
  const database = await createTestDatabase();
  const redis = testRedis();
  await sql`insert into organizations (id, name) values (1, 'One');
    insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
  for (const [model, rates] of Object.entries(PRICES)) {
    const entry = JSON.stringify({ provider: 'openai', mode: 'chat', rates });
    await sql`insert into price_versions (model_key, entry, origin, edition)
      values (${model}, ${entry}, 'snapshot', '2026-08-01')`.execute(database.owner);
  }
  const { secret } = await createApiKey(database.owner, 1, { projectId: 11, name: 'test' });
  const ctx = { ...testContext(database.as('ingest'), testClock()), redis };
  const catalog = await loadCatalog(ctx.db);
  const keys = createKeyCache(ctx);
  const metrics = createIngestMetrics();
  const { forWriter, ...budgets } = createBudgets(ctx);
  const server = buildIngestApp(
    {
      INGEST_BODY_LIMIT_BYTES: 256 * 1024,
      INGEST_RATE_LIMIT_PER_MINUTE: options.perMinute ?? 0,
      TRUSTED_PROXIES: '',
    },
    {
      ...ctx,
      keys,
      catalog: async () => catalog,
      ...budgets,
      writer: createWriter(ctx, forWriter),
      metrics,
      noteActivity() {},
    },
  );
  if (options.listen) await server.listen({ host: '127.0.0.1', port: 0 });
  else await server.ready();
  return {
    database,
    server,
    metrics,
    secret,
    get address() {
      return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    },
    async captureContent(allowed) {
      await sql`update projects set capture_content = ${allowed} where id = 11`.execute(database.owner);
      keys.clear();
    },
    async records() {
      const { rows } = await sql<Record<string, unknown>>`select * from usage_calls order by ts, event_id`.execute(
        database.owner,
      );
      return rows;
    },
    async close() {
      await server.close();
      redis.disconnect();
      await database.drop();
    },
  };
}
