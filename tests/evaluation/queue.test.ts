import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, SECOND, systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { inScope } from '@tokengrip/core/db/scope';
import { fillBudgets } from '@tokengrip/core/domain/budgets/fill-budgets';
import { createBudget } from '@tokengrip/core/domain/budgets/write-budget';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { connectRedis } from '@tokengrip/core/redis';
import { silentLog, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { startIngest } from '@tokengrip/ingest/start';
import { startWorker } from '@tokengrip/worker/start';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type KillableRedis, startKillableRedis } from '../load/killable-redis.ts';

/** On a machine that does much else. */
const SOON_MS = 8 * SECOND;
/** What is promised from the commit on. */
const PROMISED_MS = 2 * SECOND;

let database: TestDatabase;
let directory: string;
let redis: KillableRedis;
let ingest: Awaited<ReturnType<typeof startIngest>>;
let secret: string;
const workers: { close(): Promise<unknown> }[] = [];

const environment = (role: 'ingest' | 'worker') => ({
  DATABASE_URL: database.url(role),
  REDIS_URL: redis.url,
  ENCRYPTION_SECRET: 'only-for-tests-only-for-tests',
  AIR_GAPPED: 'true',
  LOG_LEVEL: 'silent',
  PORT: '0',
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokengrip-evaluation-'));
  redis = await startKillableRedis(directory);
  database = await createTestDatabase();
  const now = new Date();
  await createPartitions(database.owner, { from: now, to: new Date(now.getTime() + 2 * DAY) });
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
  await redis.stop();
  await rm(directory, { recursive: true });
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

/** @returns after how long what is expected was told */
async function waitFor(expected: readonly number[]): Promise<number> {
  const begun = performance.now();
  await vi.waitFor(async () => expect(await told()).toEqual(expected), { timeout: SOON_MS, interval: 20 });
  return performance.now() - begun;
}

it('raises each threshold once, within two seconds of the commit, though two workers and many commits are at it', {
  timeout: 60 * SECOND,
}, async () => {
  const took: number[] = [];
  await Promise.all(Array.from({ length: 12 }, () => spend(5)));
  took.push(await waitFor([50]));
  await Promise.all(Array.from({ length: 5 }, () => spend(5)));
  took.push(await waitFor([50, 80]));
  await Promise.all(Array.from({ length: 5 }, () => spend(5)));
  took.push(await waitFor([50, 80, 100]));
  // Of three, since a machine may do much else for a moment.
  expect(took.sort((one, other) => one - other)[1]).toBeLessThan(PROMISED_MS);
  await spend(5);
  // What is evaluated once more adds nothing.
  const connection = connectRedis(redis.url, silentLog, { enableOfflineQueue: true });
  await vi.waitFor(async () => expect(await connection.keys('bull:evaluation:evaluate-budgets-1-*')).toEqual([]), {
    timeout: SOON_MS,
  });
  connection.disconnect();
  expect(await told()).toEqual([50, 80, 100]);
});

it('raises by its schedule what Redis forgot when it was killed, each threshold once, and by the commit once it is back', {
  timeout: 120 * SECOND,
}, async () => {
  await spend(60);
  await redis.kill();
  // Nobody who sends waits for it.
  await spend(30);
  expect(await told()).toEqual([]);
  await redis.restart({ forgetting: true });
  await vi.waitFor(async () => expect(await told()).toEqual([50, 80]), { timeout: 30 * SECOND, interval: 50 });
  await spend(15);
  await waitFor([50, 80, 100]);
  const connection = connectRedis(redis.url, silentLog, { enableOfflineQueue: true });
  const schedules = await connection.zrange('bull:evaluation:repeat', 0, '-1');
  connection.disconnect();
  expect(schedules.sort()).toEqual(['evaluate-all-budgets', 'watch-usage']);
  expect(await told()).toEqual([50, 80, 100]);
});
