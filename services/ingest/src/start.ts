import { MINUTE, systemClock } from '@tokengrip/core/clock';
import type { Environment } from '@tokengrip/core/config';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { noteSpenders } from '@tokengrip/core/domain/budgets/note-spenders';
import { KEYS_CHANGED_CHANNEL } from '@tokengrip/core/domain/keys/revoke-api-key';
import { PRICES_CHANGED_CHANNEL } from '@tokengrip/core/domain/prices/announce-price-change';
import { createCatalogs } from '@tokengrip/core/domain/prices/catalogs';
import { gatherActivity } from '@tokengrip/core/domain/usage/activity';
import { createServiceRegistry } from '@tokengrip/core/http/metrics';
import { createLog } from '@tokengrip/core/log';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { connectRedis, redisUrl } from '@tokengrip/core/redis';
import { createShutdown } from '@tokengrip/core/shutdown';
import { buildIngestApp } from './app.ts';
import { createBudgets } from './budgets/budgets.ts';
import { readIngestConfig } from './config.ts';
import { createKeyCache } from './key-cache.ts';
import { createIngestMetrics } from './metrics.ts';
import { createWriter } from './writer.ts';

const TOUCH_KEYS_EVERY_MS = 15_000;

/**
 * Starts the ingest as its environment says. Any number of them may run side by side.
 * @throws ConfigError listing everything that is wrong with the environment
 */
export async function startIngest(env: Environment) {
  const config = readIngestConfig(env);
  const log = createLog({ service: 'ingest', level: config.LOG_LEVEL });
  const shutdown = createShutdown(log);

  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'tokengrip-ingest',
    statementTimeoutMs: MINUTE,
    queryTimeoutMs: 1.5 * MINUTE,
  });
  shutdown.push('database', () => db.destroy());
  const redis = connectRedis(redisUrl(config), log);
  shutdown.push('redis', () => redis.disconnect());

  const jobs = createJobSender(redisUrl(config), log);
  shutdown.push('jobs', () => jobs.close());

  const ctx = { db, redis, log, clock: systemClock };
  const keys = createKeyCache(ctx);
  shutdown.push('last uses of keys', () => keys.flush());
  const prices = createCatalogs(ctx);

  const listener = connectRedis(redisUrl(config), log, { enableOfflineQueue: true, maxRetriesPerRequest: null });
  shutdown.push('redis messages', () => listener.disconnect());
  listener.on('message', (channel: string, message: string) => {
    if (channel === KEYS_CHANGED_CHANNEL) keys.clear();
    else prices.expire(message === '' ? undefined : Number(message));
  });
  // What was published while the connection was away is lost: begin anew whenever it is back.
  listener.on('ready', () => {
    keys.clear();
    prices.expire();
  });
  void listener.subscribe(KEYS_CHANGED_CHANNEL, PRICES_CHANGED_CHANNEL).catch(() => {}); // reported by the connection, and made up for

  const touching = setInterval(() => {
    keys.flush().catch((error: unknown) => log.debug({ err: error }, 'could not note the last uses of keys'));
  }, TOUCH_KEYS_EVERY_MS);
  shutdown.push('timer', () => clearInterval(touching));

  const metrics = createIngestMetrics(createServiceRegistry('ingest'));
  const spenders = noteSpenders(jobs, log);
  shutdown.push('asking for evaluations', () => spenders.close());
  const { forWriter, ...budgets } = createBudgets(ctx, { onSpent: spenders.note });
  const writer = createWriter(ctx, { onCommit: metrics.observeCommit, ...forWriter });
  metrics.queueDepth(writer.depth);
  const server = buildIngestApp(config, {
    ...ctx,
    keys,
    catalog: prices.forOrganization,
    ...budgets,
    writer,
    metrics,
    noteActivity: gatherActivity(redis, log),
  });
  shutdown.push('server', () => server.close());
  const address = await server.listen({ host: config.HOST, port: config.PORT });
  log.info({ address }, 'ingest listens');
  return { address, log, shutdown, close: () => shutdown.run() };
}
