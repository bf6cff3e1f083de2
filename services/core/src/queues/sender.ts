import { type Job, Queue } from 'bullmq';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { connectRedis } from '../redis.ts';
import type { JobDefinition, PayloadOf, QueueName } from './jobs.ts';

export interface JobSender {
  /**
   * Queues a job, to run not before `delayMs` from now. With an id, a job of that id that still waits or runs is the same job.
   * @throws AppError `unavailable` while Redis is away: nothing was queued
   */
  send<D extends JobDefinition>(definition: D, payload: PayloadOf<D>, id?: string, delayMs?: number): Promise<void>;
  /**
   * Queues a job of that id again whose work is not done, unless it still waits or runs: Redis has lost it, or it has failed
   * too often.
   * @returns whether it was not there
   * @throws AppError `unavailable` while Redis is away
   */
  sendAgain<D extends JobDefinition>(definition: D, payload: PayloadOf<D>, id: string): Promise<boolean>;
  /** The job of this id, or `undefined` when there is none, or none any more. */
  find<D extends JobDefinition>(definition: D, id: string): Promise<Job<PayloadOf<D>> | undefined>;
  close(): Promise<void>;
}

/** Where the services other than the worker hand over what takes longer than a request may. */
export function createJobSender(redisUrl: string, log: Log): JobSender {
  const connection = connectRedis(redisUrl, log);
  const queues = new Map<QueueName, Queue>();

  function queue(name: QueueName): Queue {
    const found = queues.get(name) ?? new Queue(name, { connection, skipWaitingForReady: true });
    if (!queues.has(name)) found.on('error', () => {}); // reported by the connection
    queues.set(name, found);
    return found;
  }

  /** A queue that was first asked for while Redis was away stays broken: the next one asks anew. */
  function forget(name: QueueName): void {
    const broken = queues.get(name);
    queues.delete(name);
    broken?.close().catch(() => {});
  }

  const sender: JobSender = {
    async send(definition, payload, id, delayMs) {
      try {
        await queue(definition.queue).add(definition.name, payload, {
          ...definition.options,
          ...(id === undefined ? {} : { jobId: id }),
          ...(delayMs === undefined ? {} : { delay: delayMs }),
        });
      } catch (error) {
        forget(definition.queue);
        throw unavailable(error);
      }
    },
    async sendAgain(definition, payload, id) {
      const job = await sender.find(definition, id);
      const state = await job?.getState();
      if (state !== undefined && !OVER.has(state)) return false;
      await job?.remove();
      await sender.send(definition, payload, id);
      return true;
    },
    async find(definition, id) {
      try {
        return await queue(definition.queue).getJob(id);
      } catch (error) {
        forget(definition.queue);
        throw unavailable(error);
      }
    },
    async close() {
      await Promise.all([...queues.values()].map((open) => open.close()));
      connection.disconnect();
    },
  };
  return sender;
}

/** As BullMQ says it: nobody will do anything for the job any more. */
const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

const unavailable = (cause: unknown) =>
  new AppError('unavailable', 'Background work cannot be queued at the moment; try again', {
    retryAfterSeconds: 5,
    cause,
  });
