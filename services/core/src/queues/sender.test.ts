import { expect, it, vi } from 'vitest';
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
