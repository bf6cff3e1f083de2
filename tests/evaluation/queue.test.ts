import { SECOND, systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { inScope } from '@tokengrip/core/db/scope';
import { fillBudgets } from '@tokengrip/core/domain/budgets/fill-budgets';
import { createBudget } from '@tokengrip/core/domain/budgets/write-budget';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis, testRedisUrl } from '@tokengrip/core/testing/redis';
import { startIngest } from '@tokengrip/ingest/start';
import { startWorker } from '@tokengrip/worker/start';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';

/** From the commit: at most two seconds until the job is due, and the time in which it is done. */
const SOON_MS = 8 * SECOND;

let database: TestDatabase;
let ingest: Awaited<ReturnType<typeof startIngest>>;
let secret: string;
const workers: { close(): Promise<unknown> }[] = [];

async function flushRedis(): Promise<void> {
  const redis = testRedis();
  await redis.flushdb();
  redis.disconnect();
}

const environment = (role: 'ingest' | 'worker') => ({
  DATABASE_URL: database.url(role),
  REDIS_URL: testRedisUrl(),
  ENCRYPTION_SECRET: 'only-for-tests-only-for-tests',
  AIR_GAPPED: 'true',
  LOG_LEVEL: 'silent',
  PORT: '0',
});

beforeAll(async () => {
  await flushRedis();
  database = await createTestDatabase();
  const now = new Date();
  await createPartitions(database.owner, { from: now, to: new Date(now.getTime() + 2 * 24 * 60 * 60 * SECOND) });
  await sql`insert into organizations (id, name, time_zone) values (1, 'One', 'UTC');
    insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
    insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
  const entry = JSON.stringify({ provider: 'openai', mode: 'chat', rates: { input_cost_per_token: '0.000001' } });
  await sql`insert into price_versions (model_key, entry, origin, edition)
    values ('gpt-test', ${entry}, 'snapshot', '2026-08-01')`.execute(database.owner);
  ({ secret } = await createApiKey(database.owner, 1, { projectId: 11, name: 'test' }));
  ingest = await startIngest(environment('ingest'));
  workers.push(...(await Promise.all([startWorker(environment('worker')), startWorker(environment('worker'))])));
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await ingest.close();
  await database.drop();
  await flushRedis();
});
beforeEach(async () => {
  await sql`truncate usage_records, usage_15m, budget_spend; delete from budgets; delete from alerts`.execute(
    database.owner,
  );
  const author = { organizationId: 1, userId: 1, now: new Date() };
  await inScope(testContext(database.as('api'), systemClock), author, (tx) =>
    createBudget(tx, author, {
      name: 'All',
      conditions: {},
      measure: 'usd',
      amount: '1',
      period: 'month',
      thresholds: [50, 80, 100],
      notifyForecast: false,
      channelIds: [],
      action: 'notify',
      unpriced: 'open',
      reservation: false,
    }),
  );
  await fillBudgets(testContext(database.as('worker'), systemClock));
});

/** A call of so many cents. */
async function spend(cents: number): Promise<void> {
  const usage = { prompt_tokens: cents * 10_000, completion_tokens: 0, total_tokens: cents * 10_000 };
  const reply = await fetch(`${ingest.address}/v1/usage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ source: 'openai.chat', model: 'gpt-test', usage }),
  });
  expect(reply.status).toBe(200);
}
const told = async () => {
  const { rows } = await sql<{ title: string }>`
    select title from alerts where kind = 'budget_threshold' order by id`.execute(database.owner);
  return rows.map(({ title }) => Number(/reached (\d+) %/.exec(title)?.[1]));
};

it('raises each threshold once, soon after the commit, though two workers and many commits are at it', {
  timeout: 60 * SECOND,
}, async () => {
  await Promise.all(Array.from({ length: 12 }, () => spend(5)));
  await vi.waitFor(async () => expect(await told()).toEqual([50]), { timeout: SOON_MS, interval: 50 });
  await Promise.all(Array.from({ length: 10 }, () => spend(5)));
  await vi.waitFor(async () => expect(await told()).toEqual([50, 80, 100]), { timeout: SOON_MS, interval: 50 });
  await spend(5);
  // What is evaluated once more adds nothing.
  const redis = testRedis();
  await vi.waitFor(async () => expect(await redis.keys('bull:evaluation:evaluate-budgets-1-*')).toEqual([]), {
    timeout: SOON_MS,
  });
  redis.disconnect();
  expect(await told()).toEqual([50, 80, 100]);
});

it('raises by its schedule what Redis has forgotten', { timeout: 120 * SECOND }, async () => {
  await spend(90);
  await flushRedis();
  // A worker that starts puts the schedules back, and looks at once.
  workers.push(await startWorker(environment('worker')));
  await vi.waitFor(async () => expect(await told()).toEqual([50, 80]), { timeout: 20 * SECOND, interval: 100 });
});
