import type { Redis } from 'ioredis';
import { SECOND } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Spent } from './count-spend.ts';

const KEY = 'tokengrip:budget-spenders';
const NOTE_EVERY_MS = SECOND;

/**
 * Notes which organizations have spent something that a budget covers, gathered for a second: one of their budgets may have
 * crossed a threshold. A hint: whoever evaluates looks at all of them now and then as well.
 */
export function noteSpenders(redis: Redis, log: Log): (spent: Spent) => void {
  const pending = new Set<number>();
  return ({ cells }) => {
    if (pending.size === 0) {
      setTimeout(() => {
        const ids = [...pending];
        pending.clear();
        redis.sadd(KEY, ...ids).catch((error: unknown) => log.debug({ err: error }, 'could not note spenders'));
      }, NOTE_EVERY_MS).unref();
    }
    for (const { organizationId } of cells) pending.add(organizationId);
  };
}

/** Takes the organizations noted since the last time. What takes them evaluates them, or notes them again. */
export async function takeSpenders(redis: Redis, most = 1_000): Promise<number[]> {
  return (await redis.spop(KEY, most)).map(Number);
}
