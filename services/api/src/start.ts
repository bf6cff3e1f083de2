import { systemClock } from '@tokengrip/core/clock';
import type { Environment } from '@tokengrip/core/config';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { createServiceRegistry } from '@tokengrip/core/http/metrics';
import { createLog } from '@tokengrip/core/log';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { connectRedis, redisUrl } from '@tokengrip/core/redis';
import { createShutdown } from '@tokengrip/core/shutdown';
import { buildApiApp } from './app.ts';
import { readApiConfig } from './config.ts';

/** A dashboard's query that takes longer is of no use to the person who waits. */
const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * Starts the api as its environment says.
 * @throws ConfigError listing everything that is wrong with the environment
 */
export async function startApi(env: Environment) {
  const config = readApiConfig(env);
  const log = createLog({ service: 'api', level: config.LOG_LEVEL });
  const shutdown = createShutdown(log);

  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'tokengrip-api',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  shutdown.push('database', () => db.destroy());
  const redis = connectRedis(redisUrl(config), log);
  shutdown.push('redis', () => redis.disconnect());
  const jobs = createJobSender(redisUrl(config), log);
  shutdown.push('jobs', () => jobs.close());

  const server = await buildApiApp(config, { db, redis, jobs, log, clock: systemClock }, createServiceRegistry('api'));
  shutdown.push('server', () => server.close());
  const address = await server.listen({ host: config.HOST, port: config.PORT });
  log.info({ address }, 'api listens');
  return { address, log, shutdown, close: () => shutdown.run() };
}
