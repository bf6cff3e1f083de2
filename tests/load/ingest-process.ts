// An ingest in a process of its own, as it runs in production. Says its address to whoever started it. With `unshared`
// as its argument each request is a transaction of its own, for comparison.
import { MINUTE, systemClock } from '@tokengrip/core/clock';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { createCatalogs } from '@tokengrip/core/domain/prices/catalogs';
import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { createLog } from '@tokengrip/core/log';
import { connectRedis, redisUrl } from '@tokengrip/core/redis';
import { buildIngestApp } from '@tokengrip/ingest/app';
import { createBudgets } from '@tokengrip/ingest/budgets/budgets';
import { readIngestConfig } from '@tokengrip/ingest/config';
import { createKeyCache } from '@tokengrip/ingest/key-cache';
import { createIngestMetrics } from '@tokengrip/ingest/metrics';
import { startIngest } from '@tokengrip/ingest/start';
import { createStorageDays } from '@tokengrip/ingest/storage-days';

const ingest = process.argv.includes('unshared') ? await startUnshared() : await startIngest(process.env);
process.send?.(ingest.address);
process.on('disconnect', () => void ingest.close().then(() => process.exit(0)));

async function startUnshared() {
  const config = readIngestConfig(process.env);
  const log = createLog({ service: 'ingest', level: config.LOG_LEVEL });
  const db = connectDatabase({
    url: config.DATABASE_URL,
    poolSize: 64,
    applicationName: 'unshared-ingest',
    statementTimeoutMs: MINUTE,
  });
  const ctx = { db, redis: connectRedis(redisUrl(config), log), log, clock: systemClock };
  const server = buildIngestApp(config, {
    ...ctx,
    ...createBudgets(ctx),
    keys: createKeyCache(ctx),
    catalog: createCatalogs(ctx).forOrganization,
    metrics: createIngestMetrics(),
    noteActivity() {},
    writer: {
      write: async (records) => ({ ...(await storeUsage(ctx, records)), refused: new Map() }),
      haveStorage: createStorageDays(ctx),
      depth: () => 0,
    },
  });
  const address = await server.listen({ host: config.HOST, port: config.PORT });
  return { address, close: () => server.close() };
}
