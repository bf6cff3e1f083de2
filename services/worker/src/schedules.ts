import { JOBS, type JobDefinition } from '@tokengrip/core/queues/jobs';
import type { Queue } from 'bullmq';

const SCHEDULED: readonly JobDefinition[] = JOBS;

/**
 * Puts every scheduled job of a queue into Redis, where one schedule serves all workers, and queues one run at once: a
 * fresh installation needs its partitions now, and a worker that was away may have missed its hour.
 */
export async function ensureSchedules(queue: Queue): Promise<void> {
  for (const definition of SCHEDULED) {
    if (definition.queue !== queue.name || definition.schedule === undefined) continue;
    await queue.upsertJobScheduler(
      definition.name,
      { pattern: definition.schedule, tz: 'UTC' },
      { name: definition.name, data: {}, opts: definition.options },
    );
    if (definition.notAtStart) continue;
    await queue.add(definition.name, {}, { ...definition.options, jobId: `${definition.name}-at-start` });
  }
}
