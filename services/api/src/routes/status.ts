import { InstallationStatus } from '@tokengrip/core/contract/accounts';
import { isSetupRequired } from '@tokengrip/core/domain/accounts/set-up';
import type { Server } from '@tokengrip/core/http/server';
import { VERSION } from '@tokengrip/core/version';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';
import type { OpenIdProvider } from '../plugins/openid-provider.ts';

export function statusRoutes(
  server: Server,
  ctx: ApiContext,
  config: ApiConfig,
  provider: OpenIdProvider | undefined,
): void {
  server.get('/status', { schema: { response: { 200: InstallationStatus } } }, async () => ({
    version: VERSION,
    setupRequired: await isSetupRequired(ctx),
    cookieSecure: config.COOKIE_SECURE,
    airGapped: config.AIR_GAPPED,
    openRegistration: config.OPEN_REGISTRATION,
    sendsMail: config.SMTP_URL !== undefined,
    openId: provider ? { name: provider.settings.name } : null,
  }));
}
