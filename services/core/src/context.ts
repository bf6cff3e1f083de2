import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import type { Db } from './db/connection.ts';
import type { Log } from './log.ts';

/** What a verb of the domain needs from outside. Passed, never imported. */
export interface Context {
  db: Db;
  log: Log;
  clock: Clock;
}

/** For verbs that tell the other processes. Redis may be down; they say what they then do. */
export interface RedisContext extends Context {
  redis: Redis;
}
