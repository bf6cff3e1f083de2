import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from './log.ts';

/** The replies keep their classic form. */
type ConnectionSettings = Omit<RedisOptions, 'replyMapping'>;

/** The configured address, with the password in it that a secret's file gave. */
export function redisUrl(config: { REDIS_URL: string; REDIS_PASSWORD?: string }): string {
  if (config.REDIS_PASSWORD === undefined) return config.REDIS_URL;
  const url = new URL(config.REDIS_URL);
  url.password = encodeURIComponent(config.REDIS_PASSWORD);
  return url.href;
}

/**
 * A connection that comes back by itself. Its commands fail at once while Redis is away (`enableOfflineQueue: false`),
 * so that nobody waits for it; BullMQ needs `maxRetriesPerRequest: null` and asks for it by `options`.
 */
export function connectRedis(url: string, log: Log, options: ConnectionSettings = {}): Redis {
  const settings: ConnectionSettings = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)),
    ...options,
  };
  const redis = new Redis(url, settings);
  let failing = false;
  redis.on('error', (error: Error) => {
    // One line when it goes and one when it is back, not one for each attempt.
    if (!failing) log.warn({ err: error }, 'Redis cannot be reached');
    failing = true;
  });
  redis.on('ready', () => {
    if (failing) log.info('Redis is back');
    failing = false;
  });
  return redis;
}
