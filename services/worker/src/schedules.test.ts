import { JOBS, type JobDefinition } from '@tokengrip/core/queues/jobs';
import { testRedis } from '@tokengrip/core/testing/redis';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureSchedules } from './schedules.ts';

let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  redis = testRedis();
  await redis.flushdb();
  queue = new Queue('data', { connection: redis });
});
afterAll(async () => {
  await queue.close();
  await redis.flushdb();
  redis.disconnect();
});

it('schedules what a queue has now, and no more what it had in a version before', async () => {
  await queue.upsertJobScheduler('keep-exports', { pattern: '*/10 * * * *', tz: 'UTC' }, { name: 'keep-exports' });
  await ensureSchedules(queue);
  await ensureSchedules(queue);
  const own = (JOBS as readonly JobDefinition[]).filter((job) => job.queue === 'data' && job.schedule !== undefined);
  const schedules = await queue.getJobSchedulers(0, -1);
  expect(schedules.map(({ key }) => key).sort()).toEqual(own.map(({ name }) => name).sort());
});
