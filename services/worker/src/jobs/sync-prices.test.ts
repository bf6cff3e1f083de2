import { listRuns } from '@tokengrip/core/domain/prices/price-runs';
import { parseAllowedHosts } from '@tokengrip/core/http/address-rules';
import { syncPricesJob } from '@tokengrip/core/queues/jobs';
import { createSealer } from '@tokengrip/core/sealing';
import { testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis } from '@tokengrip/core/testing/redis';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WorkerContext } from '../context.ts';
import { runJob } from './handlers.ts';

let database: TestDatabase;
let redis: Redis;
let ctx: WorkerContext;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = testRedis();
  const priceSource = { AIR_GAPPED: true, PRICING_SYNC: true, PRICING_SYNC_URL: 'http://localhost/prices.json' };
  const sealer = createSealer('only-for-tests-only-for-tests');
  const jobs = { send: async () => {}, sendAgain: async () => true };
  const alerting = { outgoing: { allowed: parseAllowedHosts(''), airGapped: true }, pagerDutyUrl: '' };
  ctx = {
    ...testContext(database.as('worker')),
    redis,
    jobs,
    alerting,
    analysis: { state: 'air_gapped', model: 'm', host: 'h', dailyLimit: 0 },
    priceSource,
    sealer,
    limits: { RETENTION_MAX_DAYS: 3_650 },
  };
  await sql`insert into organizations (id, name) values (1, 'One');
    insert into users (id, email, name, password_hash) values (7, 'a@one.test', 'Ada', 'x')`.execute(database.owner);
});
afterAll(async () => {
  redis.disconnect();
  await database.drop();
});

const run = (data: object) =>
  runJob({ name: syncPricesJob.name, data, attemptsMade: 0 } as Job, ctx, new AbortController().signal);
const runs = async () => (await listRuns(ctx.db, {})).runs;

it('asks nothing where nothing may be fetched, and says so to a person who wants it', async () => {
  await run({});
  expect(await runs()).toEqual([]);
  await run({ startedBy: { organizationId: 1, userId: 7 } });
  expect(await runs()).toMatchObject([{ status: 'refused', code: 'air_gapped', startedBy: { id: 7, name: 'Ada' } }]);
});

it('does nothing with a payload of another form', async () => {
  await expect(run({ startedBy: { organizationId: 1 } })).rejects.toThrow('another form');
});
