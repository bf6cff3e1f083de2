import { MINUTE, SECOND } from '@tokengrip/core/clock';
import type { RedisContext } from '@tokengrip/core/context';

/** How often each process tells the others what it has counted. */
const SHARE_EVERY_MS = 100;

export interface RateLimit {
  /** Counts a request of the key, if it may have one. */
  take(keyId: number): RateVerdict;
}

interface RateVerdict {
  allowed: boolean;
  /** Requests a minute. */
  limit: number;
  /** What is left of them in this minute. */
  remaining: number;
  /** Until the next minute begins, rounded up. */
  resetSeconds: number;
}

interface Count {
  /** What all processes have counted, as far as this one knows, with its own that it has told. */
  told: number;
  /** What this one has not told yet. */
  untold: number;
  sharing: boolean;
}

/**
 * Requests by key and minute. Each process counts in memory and adds to a common count in Redis a tenth of a second
 * later, so that no request waits for Redis: several processes together may let through what arrives in that time.
 * While Redis is away each counts by itself.
 */
export function createRateLimit(ctx: RedisContext, perMinute: number): RateLimit {
  let minute = 0;
  let counts = new Map<number, Count>();

  function countOf(keyId: number): Count {
    let count = counts.get(keyId);
    if (!count) {
      count = { told: 0, untold: 0, sharing: false };
      counts.set(keyId, count);
    }
    return count;
  }

  function shareSoon(keyId: number, count: Count): void {
    if (count.sharing) return;
    count.sharing = true;
    const of = minute;
    setTimeout(() => {
      void share(`tokengrip:ingest-rate:${keyId}:${of}`, count).finally(() => {
        count.sharing = false;
      });
    }, SHARE_EVERY_MS).unref();
  }

  async function share(key: string, count: Count): Promise<void> {
    const added = count.untold;
    count.untold = 0;
    count.told += added;
    try {
      const [total] = (await ctx.redis.pipeline().incrby(key, added).expire(key, 120).exec()) ?? [];
      if (typeof total?.[1] === 'number') count.told = total[1];
    } catch (error) {
      ctx.log.debug({ err: error }, 'could not share the count of requests');
    }
  }

  return {
    take(keyId) {
      const now = ctx.clock.now().getTime();
      const current = Math.floor(now / MINUTE);
      if (current !== minute) {
        minute = current;
        counts = new Map();
      }
      const count = countOf(keyId);
      const allowed = count.told + count.untold < perMinute;
      if (allowed) {
        count.untold += 1;
        shareSoon(keyId, count);
      }
      return {
        allowed,
        limit: perMinute,
        remaining: Math.max(0, perMinute - count.told - count.untold),
        resetSeconds: Math.ceil(((current + 1) * MINUTE - now) / SECOND),
      };
    },
  };
}
