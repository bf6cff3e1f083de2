import { addHealthRoutes, createServer, parseProxies } from '@tokengrip/core/http/server';
import { sql } from 'kysely';
import { acceptCompressedBodies } from './body.ts';
import type { IngestConfig } from './config.ts';
import type { IngestContext } from './context.ts';
import { usageRoutes } from './routes/usage.ts';

/** The ingest without a port: tests inject requests into it, `start.ts` listens. */
export function buildIngestApp(
  config: Pick<IngestConfig, 'INGEST_BODY_LIMIT_BYTES' | 'TRUSTED_PROXIES'>,
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
  usageRoutes(server, ctx);
  return server;
}
