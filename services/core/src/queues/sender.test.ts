import { once } from 'node:events';
import { Queue, Worker } from 'bullmq';
import { expect, it, vi } from 'vitest';
import { connectRedis } from '../redis.ts';
import { silentLog } from '../testing/context.ts';
import { testRedisUrl } from '../testing/redis.ts';
import { partitionUpkeepJob } from './jobs.ts';
import { createJobSender } from './sender.ts';

it('queues once Redis is there, also when it was first asked before', async () => {
  const jobs = createJobSender(testRedisUrl(), silentLog);
  const id = `sender-test-${crypto.randomUUID()}`;
  try {
    // Nobody has connected yet, which is the same as Redis being away.
    await expect(jobs.send(partitionUpkeepJob, {}, id)).rejects.toMatchObject({ code: 'unavailable' });
    await vi.waitFor(() => jobs.send(partitionUpkeepJob, {}, id));
    const job = await jobs.find(partitionUpkeepJob, id);
    expect(job?.name).toBe(partitionUpkeepJob.name);
    await job?.remove();
  } finally {
    await jobs.close();
  }
});

it('queues a job again that is lost or has failed for good, and not one that waits', async () => {
  const queue = `sender-test-${crypto.randomUUID()}`;
  const definition = {
    ...partitionUpkeepJob,
    queue: queue as typeof partitionUpkeepJob.queue,
    options: { attempts: 1 },
  };
  const jobs = createJobSender(testRedisUrl(), silentLog);
  const connection = connectRedis(testRedisUrl(), silentLog, { maxRetriesPerRequest: null, enableOfflineQueue: true });
  try {
    expect(await vi.waitFor(() => jobs.sendAgain(definition, {}, 'one'))).toBe(true);
    expect(await jobs.sendAgain(definition, {}, 'one')).toBe(false);
    const worker = new Worker(queue, () => Promise.reject(new Error('broken')), { connection });
    await once(worker, 'failed');
    await worker.close();
    expect(await jobs.sendAgain(definition, {}, 'one')).toBe(true);
    expect(await (await jobs.find(definition, 'one'))?.getState()).toBe('waiting');
  } finally {
    const own = new Queue(queue, { connection });
    await own.obliterate({ force: true });
    await own.close();
    connection.disconnect();
    await jobs.close();
  }
});
