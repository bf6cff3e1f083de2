import { exposeMetrics } from '@tokengrip/core/http/metrics';
import { addHealthRoutes, createServer, parseProxies, type Server } from '@tokengrip/core/http/server';
import { sql } from 'kysely';
import { acceptCompressedBodies, readJsonInTurns } from './body.ts';
import type { IngestConfig } from './config.ts';
import type { IngestContext } from './context.ts';
import { requireKey } from './key-guard.ts';
import { createRateLimit } from './rate-limit.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { litellmRoutes } from './routes/litellm.ts';
import { otlpRoutes } from './routes/otlp.ts';
import { usageRoutes } from './routes/usage.ts';
import { createTurns } from './turns.ts';

/** The ingest without a port: tests inject requests into it, `start.ts` listens. */
export function buildIngestApp(
  config: Pick<IngestConfig, 'INGEST_BODY_LIMIT_BYTES' | 'INGEST_RATE_LIMIT_PER_MINUTE' | 'TRUSTED_PROXIES'>,
  ctx: IngestContext,
) {
  const server = createServer({
    log: ctx.log,
    bodyLimitBytes: config.INGEST_BODY_LIMIT_BYTES,
    trustedProxies: parseProxies(config.TRUSTED_PROXIES),
    requestTimeoutMs: 30_000,
  });
  acceptCompressedBodies(server);
  addHealthRoutes(server, async () => {
    await sql`select 1`.execute(ctx.db);
  });
  exposeMetrics(server, ctx.metrics.registry);
  const perMinute = config.INGEST_RATE_LIMIT_PER_MINUTE;
  const rateLimit = perMinute === 0 ? undefined : createRateLimit(ctx, perMinute);
  void server.register((scope, _options, done) => {
    const guarded: Server = scope.withTypeProvider();
    requireKey(guarded, ctx, rateLimit);
    budgetRoutes(guarded, ctx);
    void guarded.register((records, _none, ready) => {
      const turn = createTurns();
      readJsonInTurns(records, turn);
      usageRoutes(records, ctx);
      otlpRoutes(records, ctx, turn);
      litellmRoutes(records, ctx, turn);
      ready();
    });
    done();
  });
  return server;
}
