import type { Redis } from 'ioredis';
import type { Log } from '../../log.ts';

/** Who prices calls listens here: the message is the id of an organization, or empty where all are concerned. */
export const PRICES_CHANGED_CHANNEL = 'tokengrip:prices-changed';

/**
 * Tells everybody who prices calls that prices changed, after the change was committed. When Redis is away they notice
 * within a minute instead.
 */
export async function announcePriceChange(redis: Redis, log: Log, organizationId?: number): Promise<void> {
  try {
    await redis.publish(PRICES_CHANGED_CHANNEL, String(organizationId ?? ''));
  } catch (error) {
    log.warn({ err: error }, 'could not announce a change of prices; caches expire by themselves');
  }
}
