import { systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { announcePriceChange } from '@tokengrip/core/domain/prices/announce-price-change';
import { importPrices } from '@tokengrip/core/domain/prices/import-prices';
import { silentLog, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { APRIL } from '@tokengrip/core/testing/price-files';
import { testRedis, testRedisUrl } from '@tokengrip/core/testing/redis';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIngest } from './start.ts';

let database: TestDatabase;
let redis: Redis;
let ingest: Awaited<ReturnType<typeof startIngest>>;
const secrets: Record<number, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  redis = testRedis();
  const now = systemClock.now();
  await createPartitions(database.owner, { from: now, to: new Date(now.getTime() + 86_400_000) });
  await sql`insert into organizations (id, name) values (1, 'One'), (2, 'Two');
    insert into projects (id, organization_id, name) values (11, 1, 'A'), (22, 2, 'B')`.execute(database.owner);
  for (const [organization, projectId] of [
    [1, 11],
    [2, 22],
  ] as const) {
    const key = await createApiKey(database.owner, organization, { projectId, name: 'test' });
    secrets[organization] = key.secret;
  }
  await importPrices(testContext(database.as('worker'), systemClock), { text: APRIL, fileName: 'april.json' });
  ingest = await startIngest({
    DATABASE_URL: database.url('ingest'),
    REDIS_URL: testRedisUrl(),
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
  });
});
afterAll(async () => {
  await ingest.close();
  redis.disconnect();
  await database.drop();
});

/** What a call of a million tokens of this name was stored with. */
async function call(organization: number, model: string) {
  const id = crypto.randomUUID();
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 0 };
  const record = { id, timestamp: systemClock.now().toISOString(), source: 'openai.chat', model, usage };
  const reply = await fetch(`${ingest.address}/v1/usage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets[organization]}`, 'content-type': 'application/json' },
    body: JSON.stringify(record),
  });
  expect(await reply.json()).toMatchObject({ accepted: 1 });
  const { rows } = await sql<Record<string, unknown>>`
    select total_pico_usd as cost, price_match as match, price_version_id as version from usage_calls
    order by received_at desc, ts desc limit 1`.execute(database.owner);
  return rows[0];
}

it('prices a call by the overrides and names of its organization, from the moment on that they are announced', async () => {
  expect(await call(1, 'model-cheaper')).toMatchObject({ cost: 2_000_000_000_000n, match: 'bare_key' });
  expect(await call(1, 'prod')).toMatchObject({ cost: null });
  await sql`insert into price_overrides (organization_id, model_key, kind, rates)
      values (1, 'model-cheaper', 'override', '{"input_cost_per_token": "0.000001"}');
    insert into model_aliases (organization_id, name, model_key) values (1, 'prod', 'model-cheaper')`.execute(
    database.owner,
  );
  await announcePriceChange(redis, silentLog, 1);
  await expect.poll(() => call(1, 'model-cheaper')).toMatchObject({ cost: 1_000_000_000_000n, version: -1 });
  expect(await call(1, 'prod')).toMatchObject({ cost: 1_000_000_000_000n, match: 'alias', version: -1 });
  expect(await call(2, 'model-cheaper')).toMatchObject({ cost: 2_000_000_000_000n, match: 'bare_key' });
  expect(await call(2, 'prod')).toMatchObject({ cost: null });
});
