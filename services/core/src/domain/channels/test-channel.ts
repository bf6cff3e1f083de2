import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { SECOND } from '../../clock.ts';
import type { AlertDelivery } from '../../contract/alerts.ts';
import { inScope } from '../../db/scope.ts';
import { deliverAlertJob } from '../../queues/jobs.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { readDelivery } from '../alerts/read-deliveries.ts';
import { audit } from '../audit/audit.ts';
import { lockChannel } from './write-channel.ts';

/** Longer than an attempt takes. */
const PATIENCE_MS = 20 * SECOND;
const LOOK_EVERY_MS = 150;

/**
 * Sends a test by a channel, whatever holds it back, and waits for what comes of it. The worker sends: it alone has a way out. One
 * attempt is made. A delivery that is `queued` when it returns has found no worker yet.
 * @throws AppError `not_found`; `unavailable` without Redis
 */
export async function testChannel(
  ctx: AlertContext,
  scope: { organizationId: number; userId: number; address?: string },
  channelId: number,
  patienceMs: number = PATIENCE_MS,
): Promise<AlertDelivery> {
  const { organizationId } = scope;
  const id = await inScope(ctx, scope, async (tx) => {
    const channel = await lockChannel(tx, organizationId, channelId);
    const now = ctx.clock.now();
    const { rows } = await sql<{ id: string }>`
      insert into alert_deliveries (organization_id, channel_id, channel_kind, channel_name, event, state, next_attempt_at, created_at)
      values (${organizationId}, ${channelId}, ${channel.kind}, ${channel.name}, 'test', 'queued', ${now}, ${now})
      returning id`.execute(tx);
    await audit(tx, organizationId, { action: 'channel.tested', targetId: channelId });
    return rows[0]?.id ?? '';
  });
  await ctx.jobs.send(deliverAlertJob, { deliveryId: id }, `${id}-test`);
  for (const until = performance.now() + patienceMs; ; await wait(LOOK_EVERY_MS)) {
    const delivery = await inScope(ctx, scope, (tx) => readDelivery(tx, organizationId, id));
    if (delivery.finishedAt !== null || performance.now() > until) return delivery;
  }
}
