import type { Log } from '@tokengrip/core/log';
import { JOBS, type JobDefinition } from '@tokengrip/core/queues/jobs';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

const SCHEDULED: readonly JobDefinition[] = JOBS;

/**
 * Puts every scheduled job of a queue into Redis, where one schedule serves all workers, and queues one run at once: a
 * fresh installation needs its partitions now, and a worker that was away may have missed its hour.
 */
export async function ensureSchedules(queue: Queue): Promise<void> {
  const scheduled = scheduledIn(queue);
  for (const definition of scheduled) {
    await queue.upsertJobScheduler(
      definition.name,
      { pattern: definition.schedule ?? '', tz: 'UTC' },
      { name: definition.name, data: {}, opts: definition.options },
    );
    if (definition.notAtStart) continue;
    await queue.add(definition.name, {}, { ...definition.options, jobId: `${definition.name}-at-start` });
  }
  // Of a version before, which had the job in this queue, or had a job that there is no more.
  const names = new Set(scheduled.map(({ name }) => name));
  for (const { key } of await queue.getJobSchedulers(0, -1)) {
    if (!names.has(key)) await queue.removeJobScheduler(key);
  }
}

const scheduledIn = ({ name }: Queue) =>
  SCHEDULED.filter(({ queue, schedule }) => queue === name && schedule !== undefined);

/**
 * Puts them back when Redis is back without them: one that was started anew may have forgotten everything, and without its
 * schedule nobody would be told of what it has forgotten with it. One that has them is not given the work of a start.
 */
export function keepSchedules(connection: Redis, queues: readonly Queue[], log: Log): void {
  connection.on('ready', () => {
    Promise.all(queues.map(putBack)).catch((error: unknown) =>
      log.warn({ err: error }, 'could not put the schedules back'),
    );
  });
}

async function putBack(queue: Queue): Promise<void> {
  const there = new Set((await queue.getJobSchedulers(0, -1)).map(({ key }) => key));
  if (!scheduledIn(queue).every(({ name }) => there.has(name))) await ensureSchedules(queue);
}
