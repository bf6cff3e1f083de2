import type { Redis } from 'ioredis';
import { connectRedis } from '../redis.ts';
import { silentLog } from './context.ts';

/** The server that `npm test` started. Tests name their keys by ids of their own, and share it. */
export function testRedisUrl(env: NodeJS.ProcessEnv = process.env): string {
  const url = env.TEST_REDIS_URL;
  if (!url) throw new Error('TEST_REDIS_URL is not set: run the tests by `npm test -- <path>`, which starts a Redis');
  return url;
}

/** A connection, to be disconnected by the test. */
export const testRedis = (): Redis => connectRedis(testRedisUrl(), silentLog, { enableOfflineQueue: true });
