import cookie from '@fastify/cookie';
import { createAttempts } from '@tokengrip/core/domain/accounts/attempts';
import { exposeMetrics, type MetricsRegistry } from '@tokengrip/core/http/metrics';
import { addHealthRoutes, createServer, parseProxies, type Server } from '@tokengrip/core/http/server';
import { readMailSettings } from '@tokengrip/core/mail/mail-config';
import { createOutbox } from '@tokengrip/core/mail/outbox';
import { createSealer } from '@tokengrip/core/sealing';
import { sql } from 'kysely';
import type { ApiConfig } from './config.ts';
import type { ApiContext, AuthContext } from './context.ts';
import { collectRoutes } from './openapi/collect-routes.ts';
import { readOpenIdSettings } from './openid-config.ts';
import { workAfterReplies } from './plugins/after-reply.ts';
import { refuseCrossSiteWrites } from './plugins/cross-site.ts';
import { createOpenIdProvider } from './plugins/openid-provider.ts';
import { limitAttempts } from './plugins/rate-limit.ts';
import { requireAccess } from './plugins/roles.ts';
import { sessions } from './plugins/session.ts';
import { createTokens } from './plugins/session-tokens.ts';
import { accountRoutes } from './routes/accounts.ts';
import { ownAccountRoutes } from './routes/accounts-own.ts';
import { alertRoutes } from './routes/alerts.ts';
import { analysisRoutes } from './routes/analysis.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { recoveryRoutes } from './routes/auth-recovery.ts';
import { registrationRoutes } from './routes/auth-registration.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { channelRoutes } from './routes/channels.ts';
import { exportRoutes } from './routes/exports.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { keyRoutes } from './routes/keys.ts';
import { memberRoutes } from './routes/members.ts';
import { openApiRoutes } from './routes/openapi.ts';
import { openIdRoutes } from './routes/openid.ts';
import { organizationRoutes } from './routes/organization.ts';
import { priceRoutes } from './routes/prices.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { projectRoutes } from './routes/projects.ts';
import { realizedRoutes } from './routes/realized.ts';
import { recordRoutes } from './routes/records.ts';
import { recostingRoutes } from './routes/recosting.ts';
import { retentionRoutes } from './routes/retention.ts';
import { sampleDataRoutes } from './routes/sample-data.ts';
import { savingsRoutes } from './routes/savings.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { statusRoutes } from './routes/status.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { twoFactorRoutes } from './routes/two-factor.ts';
import { whatIfRoutes } from './routes/whatif.ts';

/** Requests of people are small; usage goes to the ingest. */
const BODY_LIMIT_BYTES = 256 * 1024;

const PREFIX = '/api/v1';

/** The api without a port: tests inject requests into it, `start.ts` listens. */
export async function buildApiApp(config: ApiConfig, ctx: ApiContext, registry?: MetricsRegistry) {
  const server = createServer({
    log: ctx.log,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    trustedProxies: parseProxies(config.TRUSTED_PROXIES),
  });
  addHealthRoutes(server, async () => {
    await sql`select 1`.execute(ctx.db);
  });
  if (registry) exposeMetrics(server, registry);
  await server.register(cookie);
  refuseCrossSiteWrites(server);
  workAfterReplies(server);
  await limitAttempts(server, ctx, config);
  const sealer = createSealer(config.ENCRYPTION_SECRET);
  const outbox = createOutbox(readMailSettings(config), ctx.jobs, sealer);
  const auth: AuthContext = { ...ctx, sealer, outbox, attempts: createAttempts(ctx.redis, ctx.clock) };
  const tokens = createTokens(config, ctx.clock);
  const openId = readOpenIdSettings(config);
  const provider = openId && createOpenIdProvider(ctx, openId);
  await server.register(sessions(auth, config, tokens));
  await server.register(
    (scoped, _options, done) => {
      const api: Server = scoped.withTypeProvider();
      // What a person sees is theirs alone and changes all the time.
      api.addHook('onSend', async (_request, reply) => {
        if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
      });
      requireAccess(api, PREFIX);
      const routes = collectRoutes(api, PREFIX);
      statusRoutes(api, ctx, config, provider);
      accountRoutes(api, ctx, config);
      organizationRoutes(api, ctx, config);
      retentionRoutes(api, ctx, config);
      memberRoutes(api, ctx);
      invitationRoutes(api, auth);
      tokenRoutes(api, ctx);
      auditRoutes(api, ctx);
      privacyRoutes(api, auth);
      authRoutes(api, auth, tokens);
      registrationRoutes(api, auth, config);
      recoveryRoutes(api, auth);
      openIdRoutes(api, auth, config, { tokens, provider });
      ownAccountRoutes(api, auth, provider);
      sessionRoutes(api, auth);
      twoFactorRoutes(api, auth);
      projectRoutes(api, ctx);
      keyRoutes(api, ctx);
      analyticsRoutes(api, ctx);
      recordRoutes(api, ctx);
      exportRoutes(api, ctx, config);
      budgetRoutes(api, ctx);
      alertRoutes(api, ctx);
      channelRoutes(api, auth, config);
      recostingRoutes(api, ctx);
      analysisRoutes(api, ctx);
      savingsRoutes(api, ctx);
      whatIfRoutes(api, ctx);
      realizedRoutes(api, ctx);
      sampleDataRoutes(api, ctx);
      priceRoutes(api, ctx, config);
      openApiRoutes(api, routes);
      done();
    },
    { prefix: PREFIX },
  );
  return server;
}
