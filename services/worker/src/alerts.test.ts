import { SECOND, systemClock } from '@tokengrip/core/clock';
import { raiseAlert } from '@tokengrip/core/domain/alerts/raise-alert';
import { testAlert } from '@tokengrip/core/domain/alerts/testing';
import { sealSecrets } from '@tokengrip/core/domain/channels/channel-secrets';
import { createJobSender, type JobSender } from '@tokengrip/core/queues/sender';
import { createSealer } from '@tokengrip/core/sealing';
import { silentLog, testContext } from '@tokengrip/core/testing/context';
import { startReceiver, status, type TestReceiver } from '@tokengrip/core/testing/http-receiver';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis, testRedisUrl } from '@tokengrip/core/testing/redis';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorker } from './start.ts';

const SECRET = 'only-for-tests-only-for-tests';

let database: TestDatabase;
let receiver: TestReceiver;
let jobs: JobSender;
const workers: { close(): Promise<unknown> }[] = [];

/** Queues are this file's own: others that use the same Redis run before or after it. */
async function flushRedis(): Promise<void> {
  const redis = testRedis();
  await redis.flushdb();
  redis.disconnect();
}

beforeAll(async () => {
  await flushRedis();
  [database, receiver] = await Promise.all([createTestDatabase(), startReceiver()]);
  jobs = createJobSender(testRedisUrl(), silentLog);
  const sealed = sealSecrets(
    createSealer(SECRET),
    { organizationId: 1, channelId: 1 },
    { url: `${receiver.url}/hook`, secret: 'signing' },
  );
  await sql`insert into organizations (id, name) values (1, 'One')`.execute(database.owner);
  await sql`insert into channels (id, organization_id, kind, name, enabled, target, sealed, created_at, updated_at)
    values (1, 1, 'webhook', 'Hook', true, 'x', ${sealed}, now(), now())`.execute(database.owner);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await jobs.close();
  await receiver.close();
  await database.drop();
  await flushRedis();
});

const start = async () => {
  const env = {
    DATABASE_URL: database.url('worker'),
    REDIS_URL: testRedisUrl(),
    ENCRYPTION_SECRET: SECRET,
    AIR_GAPPED: 'true',
    WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    LOG_LEVEL: 'silent',
    PORT: '0',
  };
  workers.push(await startWorker(env));
};

const raise = async (send: JobSender['send']) => {
  const ctx = { ...testContext(database.as('worker'), systemClock), jobs: { send } };
  const raised = await raiseAlert(ctx, 1, testAlert({ channelIds: [1] }));
  return raised?.id ?? 0;
};

const deliveryOf = async (alertId: number) => {
  const { rows } = await sql<{ id: string; state: string; attempts: number }>`
    select id, state, attempts from alert_deliveries where alert_id = ${alertId}`.execute(database.owner);
  return rows[0];
};

const requestsOf = (id: string | undefined) =>
  receiver.requests.filter(({ headers }) => headers['x-tokengrip-delivery'] === id).length;

it('reaches its receiver by two workers: what was never queued, what is queued, and what fails at first', {
  timeout: 60_000,
}, async () => {
  const forgotten = await raise(() => Promise.reject(new Error('killed before it was queued')));
  await sql`update alert_deliveries set next_attempt_at = now() - interval '2 minutes'`.execute(database.owner);
  await Promise.all([start(), start()]);
  await vi.waitFor(async () => expect(await deliveryOf(forgotten)).toMatchObject({ state: 'delivered', attempts: 1 }), {
    timeout: 10 * SECOND,
  });

  const queued = await Promise.all(Array.from({ length: 20 }, () => raise(jobs.send)));
  for (const id of queued) {
    await vi.waitFor(async () => expect(await deliveryOf(id)).toMatchObject({ state: 'delivered', attempts: 1 }), {
      timeout: 10 * SECOND,
    });
    expect(requestsOf((await deliveryOf(id))?.id)).toBe(1);
  }

  receiver.next(status(503));
  const failing = await raise(jobs.send);
  await vi.waitFor(async () => expect(await deliveryOf(failing)).toMatchObject({ state: 'delivered', attempts: 2 }), {
    timeout: 20 * SECOND,
    interval: 200,
  });
  expect(requestsOf((await deliveryOf(failing))?.id)).toBe(2);
});
