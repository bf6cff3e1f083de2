import { HOUR, MINUTE } from '../../clock.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import type { WatchedOrganization } from './organizations.ts';
import { watchErrors } from './watch-errors.ts';
import { watchForecasts } from './watch-forecasts.ts';
import { watchPrices } from './watch-prices.ts';
import { watchSilence } from './watch-silence.ts';
import { watchSpend } from './watch-spend.ts';
import { watchUnpriced } from './watch-unpriced.ts';
import { watchStep } from './watches.ts';

/** Records come a little after their calls. */
const SETTLED_MS = 5 * MINUTE;

/**
 * Looks at what an organization uses, step by step since the last time. One kind that fails keeps no other from being looked
 * at, and is looked at again.
 */
export async function watchUsage(ctx: AlertContext, organization: WatchedOrganization): Promise<void> {
  const now = ctx.clock.now().getTime();
  const steps = [
    ['spend_anomaly', HOUR, watchSpend],
    ['error_rate', 15 * MINUTE, watchErrors],
    ['ingest_silent', 15 * MINUTE, watchSilence],
    ['unpriced_model', 5 * MINUTE, watchUnpriced],
    ['price_changed', 5 * MINUTE, watchPrices],
    ['budget_forecast', HOUR, watchForecasts],
  ] as const;
  for (const [kind, stepMs, watch] of steps) {
    const until = new Date(Math.floor((now - SETTLED_MS) / stepMs) * stepMs);
    try {
      await watchStep(ctx, organization.id, kind, until, (from) => watch(ctx, organization, { from, until }));
    } catch (error) {
      ctx.log.error({ err: error, organizationId: organization.id, kind }, 'could not look for what is out of line');
    }
  }
}
