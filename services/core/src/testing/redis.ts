import type { Redis } from 'ioredis';
import { connectRedis } from '../redis.ts';
import { silentLog } from './context.ts';

/** As many as a Redis has that nobody has configured otherwise. */
const DATABASES = 16;

/**
 * The server that `npm test` started. Test files that run at the same time have databases of their own in it; those that
 * run after each other share one.
 */
export function testRedisUrl(env: NodeJS.ProcessEnv = process.env): string {
  const url = env.TEST_REDIS_URL;
  if (!url) throw new Error('TEST_REDIS_URL is not set: run the tests by `npm test -- <path>`, which starts a Redis');
  return `${url}/${Number(env.VITEST_POOL_ID ?? 0) % DATABASES}`;
}

/** A connection, to be disconnected by the test. */
export const testRedis = (): Redis => connectRedis(testRedisUrl(), silentLog, { enableOfflineQueue: true });
