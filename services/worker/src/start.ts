import { systemClock } from '@tokengrip/core/clock';
import type { Environment } from '@tokengrip/core/config';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { announceService, serviceOf } from '@tokengrip/core/domain/analysis/service';
import { readAlertingSettings } from '@tokengrip/core/domain/channels/alerting-config';
import { createServiceRegistry, exposeMetrics } from '@tokengrip/core/http/metrics';
import { addHealthRoutes, createServer } from '@tokengrip/core/http/server';
import { createLog } from '@tokengrip/core/log';
import { readMailSettings } from '@tokengrip/core/mail/mail-config';
import { createMailTransport } from '@tokengrip/core/mail/send-mail';
import { QUEUE_CONCURRENCY, QUEUE_NAMES } from '@tokengrip/core/queues/jobs';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { connectRedis, redisUrl } from '@tokengrip/core/redis';
import { createSealer } from '@tokengrip/core/sealing';
import { createShutdown } from '@tokengrip/core/shutdown';
import { Queue, Worker } from 'bullmq';
import { sql } from 'kysely';
import { createClaude } from './claude/create-claude.ts';
import { readWorkerConfig } from './config.ts';
import { createJobMetrics } from './job-metrics.ts';
import { runJob } from './jobs/handlers.ts';
import { ensureSchedules, keepSchedules } from './schedules.ts';

/**
 * Starts a worker as its environment says. Any number of them may run side by side.
 * @throws ConfigError listing everything that is wrong with the environment
 */
export async function startWorker(env: Environment) {
  const config = readWorkerConfig(env);
  const mail = readMailSettings(config);
  const alerting = readAlertingSettings(config);
  const log = createLog({ service: 'worker', level: config.LOG_LEVEL });
  const shutdown = createShutdown(log);

  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'tokengrip-worker',
  });
  shutdown.push('database', () => db.destroy());
  const redis = connectRedis(redisUrl(config), log);
  shutdown.push('redis', () => redis.disconnect());
  // A worker has nothing better to do than to wait until Redis is back.
  const connection = connectRedis(redisUrl(config), log, { maxRetriesPerRequest: null, enableOfflineQueue: true });
  shutdown.push('queue connection', () => connection.disconnect());

  const jobs = createJobSender(redisUrl(config), log);
  shutdown.push('jobs', () => jobs.close());

  const mailTransport = mail && createMailTransport(mail);
  if (mailTransport) shutdown.push('mail', () => mailTransport.close());
  const analysis = serviceOf(config);
  const claude = analysis.state === 'ready' ? createClaude(config) : undefined;
  const ctx = {
    db,
    redis,
    log,
    clock: systemClock,
    jobs,
    alerting,
    analysis,
    ...(claude ? { claude } : {}),
    priceSource: config,
    limits: config,
    sealer: createSealer(config.ENCRYPTION_SECRET),
    ...(mailTransport ? { mailTransport } : {}),
  };
  if (config.AIR_GAPPED && config.ANTHROPIC_API_KEY !== undefined)
    log.warn('AIR_GAPPED overrules ANTHROPIC_API_KEY: nothing is sent to Claude');
  await announceService(ctx, analysis);
  const stopping = new AbortController();
  const registry = createServiceRegistry('worker');
  const metrics = createJobMetrics(registry, () => stopping.signal.aborted);
  const workers = QUEUE_NAMES.map((name) => {
    const worker = new Worker(name, (job) => metrics.measure(job.name, () => runJob(job, ctx, stopping.signal)), {
      connection,
      concurrency: QUEUE_CONCURRENCY[name],
    });
    worker.on('failed', (job, error) => {
      const about = { job: job?.name, jobId: job?.id, attempt: job?.attemptsMade };
      if (stopping.signal.aborted) log.info(about, 'job interrupted; another worker runs it again');
      else log.error({ err: error, ...about }, 'job failed');
    });
    worker.on('error', () => {}); // reported by the connection
    return worker;
  });
  shutdown.push('workers', () => Promise.all(workers.map((worker) => worker.close())));
  shutdown.push('running jobs', () => stopping.abort());

  const queues = QUEUE_NAMES.map((name) => new Queue(name, { connection }));
  for (const queue of queues) queue.on('error', () => {});
  shutdown.push('queues', () => Promise.all(queues.map((queue) => queue.close())));
  for (const queue of queues) await ensureSchedules(queue);
  keepSchedules(connection, queues, log);

  const server = createServer({ log, bodyLimitBytes: 1_024, trustedProxies: [] });
  addHealthRoutes(server, async () => {
    await sql`select 1`.execute(db);
    await redis.ping();
  });
  exposeMetrics(server, registry);
  shutdown.push('server', () => server.close());
  const address = await server.listen({ host: config.HOST, port: config.PORT });
  log.info({ address, queues: QUEUE_NAMES }, 'worker works');
  return { address, log, shutdown, close: () => shutdown.run() };
}
