import type { Redis } from 'ioredis';
import type { Log } from '../../log.ts';

const revisionKey = (organizationId: number) => `tokengrip:revision:${organizationId}`;

/** No longer of use once nobody has committed for that long: a page then begins at `0` again, which is a move, too. */
const LIFE_SECONDS = 7 * 24 * 3600;

/**
 * Notes that records of these organizations were committed, so that their pages ask for them. A hint, never a truth:
 * without Redis pages ask from time to time.
 */
export async function noteActivity(redis: Redis, log: Log, organizationIds: Iterable<number>): Promise<void> {
  try {
    const pipeline = redis.pipeline();
    for (const id of organizationIds) pipeline.incr(revisionKey(id)).expire(revisionKey(id), LIFE_SECONDS);
    await pipeline.exec();
  } catch (error) {
    log.debug({ err: error }, 'could not note activity');
  }
}

/** Moves whenever records were committed; `null` while Redis is away. */
export async function readRevision(redis: Redis, organizationId: number): Promise<number | null> {
  try {
    return Number((await redis.get(revisionKey(organizationId))) ?? 0);
  } catch {
    return null;
  }
}

export async function forgetRevision(redis: Redis, organizationId: number): Promise<void> {
  await redis.del(revisionKey(organizationId));
}

/** Long enough that a busy ingest writes a few times a second, short enough that nobody sees it. */
const NOTE_EVERY_MS = 100;

/** Gathers notes of activity and hands them in together, so that a request costs Redis nothing of its own. */
export function gatherActivity(redis: Redis, log: Log): (organizationId: number) => void {
  const pending = new Set<number>();
  return (organizationId) => {
    if (pending.size === 0) {
      setTimeout(() => {
        const organizationIds = [...pending];
        pending.clear();
        void noteActivity(redis, log, organizationIds);
      }, NOTE_EVERY_MS).unref();
    }
    pending.add(organizationId);
  };
}
