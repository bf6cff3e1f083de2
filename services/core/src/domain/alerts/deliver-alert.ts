import { sql } from 'kysely';
import type { DeliveryCode } from '../../contract/alerts.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import type { Sealer } from '../../sealing.ts';
import { type ChannelSecrets, openSecrets } from '../channels/channel-secrets.ts';
import { type SendContext, type SendResult, sendMessage } from '../channels/send-message.ts';
import type { AlertContext } from './alert-context.ts';
import { type ClaimedDelivery, claimDelivery, renewClaim } from './claim-delivery.ts';
import { composeMessage } from './compose-message.ts';
import { queueDeliveries, type WaitingDelivery } from './queue-deliveries.ts';
import { retryDelay } from './retry.ts';

export type DeliverContext = AlertContext & SendContext & { sealer: Sealer };

/**
 * Makes the next attempt at a delivery, if its time has come and nobody else is at it, and writes down what came of it. Safe to
 * run at any time and as often as one likes.
 *
 *     queued ──► delivered
 *       │ ▲ └──► failed      given up: a person may have it sent again
 *       ▼ │
 *      held                  until the quiet hours or the snooze are over
 *
 * Whoever takes a delivery claims it for a minute, and again while mails to many go out. If they die, it is taken again, under the same id: it may arrive twice, and
 * never not at all.
 */
export async function deliverAlert(ctx: DeliverContext, deliveryId: string): Promise<void> {
  const now = ctx.clock.now();
  const claim = await inScope(ctx, {}, (tx) => claimDelivery(tx, deliveryId, now));
  if (claim.outcome === 'none') return;
  if (claim.outcome === 'later') {
    await queueDeliveries(ctx, [claim.delivery]);
    return;
  }
  const { delivery } = claim;
  const started = performance.now();
  const result = await attempt(ctx, delivery, now);
  const durationMs = Math.round(performance.now() - started);
  const next = await inScope(ctx, {}, (tx) => finish(tx, ctx, delivery, result, { at: now, durationMs }));
  const about = { deliveryId, channel: delivery.channel_id, attempt: delivery.attempts, status: result.status };
  if (result.code === null) ctx.log.info(about, 'alert delivered');
  else ctx.log.warn({ ...about, code: result.code }, 'an alert could not be delivered');
  await queueDeliveries(ctx, next);
}

const REFUSED = { status: null, again: false, retryAfterMs: 0, reached: [] } as const;

async function attempt(ctx: DeliverContext, delivery: ClaimedDelivery, now: Date): Promise<SendResult> {
  const refusal = whyNot(delivery);
  if (refusal) return { ...REFUSED, code: refusal };
  let secrets: ChannelSecrets = {};
  try {
    const owner = { organizationId: delivery.organization_id, channelId: delivery.channel_id ?? 0 };
    if (delivery.sealed) secrets = openSecrets(ctx.sealer, owner, delivery.sealed);
  } catch {
    return { ...REFUSED, code: 'secret_unreadable' };
  }
  const channel = {
    kind: delivery.kind,
    addresses: delivery.addresses,
    secrets,
    previousSecretUntil: delivery.previous_secret_until,
  };
  return sendMessage(ctx, channel, composeMessage(delivery, ctx.alerting.publicUrl, now), {
    before: delivery.reached,
    goOn: (reached) => renewClaim(ctx, delivery, reached),
  });
}

function whyNot(delivery: ClaimedDelivery): DeliveryCode | undefined {
  if (delivery.channel_id === null || delivery.deleting) return 'channel_removed';
  return delivery.enabled || delivery.event === 'test' ? undefined : 'channel_disabled';
}

/** @returns what waits next: this delivery, or what was said of the alert since */
async function finish(
  tx: Tx,
  ctx: DeliverContext,
  delivery: ClaimedDelivery,
  result: SendResult,
  { at, durationMs }: { at: Date; durationMs: number },
): Promise<WaitingDelivery[]> {
  const { id, attempts, organization_id: organizationId, channel_id: channelId } = delivery;
  const now = ctx.clock.now();
  // Nobody presses a button to hear of it in sixteen hours.
  const tries = result.again && delivery.event !== 'test';
  const delay = tries ? retryDelay(attempts - delivery.attempts_before, result.retryAfterMs) : undefined;
  const state = result.code === null ? 'delivered' : delay === undefined ? 'failed' : 'queued';
  const nextAttemptAt = new Date(now.getTime() + (delay ?? 0));
  await sql`
    insert into alert_delivery_attempts (delivery_id, attempt, organization_id, at, duration_ms, status, code)
    select id, ${attempts}, organization_id, ${at}, ${durationMs}, ${result.status}, ${result.code}
    from alert_deliveries where id = ${id}
    on conflict (delivery_id, attempt) do update set duration_ms = excluded.duration_ms, status = excluded.status,
      code = excluded.code`.execute(tx);
  await sql`
    update channels set last_attempt_at = ${now}, last_code = ${result.code},
      last_delivered_at = case when ${state === 'delivered'} then ${now} else last_delivered_at end
    where id = ${channelId} and organization_id = ${organizationId}`.execute(tx);
  // Somebody who has taken it over since knows better.
  const { rows } = await sql<WaitingDelivery>`
    update alert_deliveries set state = ${state}, claimed_until = null, next_attempt_at = ${nextAttemptAt},
      last_status = ${result.status}, last_code = ${result.code}, reached = ${[...result.reached]}::text[],
      forced = forced and ${state === 'queued'}, finished_at = ${state === 'queued' ? null : now}
    where id = ${id} and attempts = ${attempts}
    returning id, attempts, next_attempt_at`.execute(tx);
  if (state === 'queued') return rows;
  const after = await sql<WaitingDelivery>`
    update alert_deliveries set next_attempt_at = ${now}
    where alert_id = ${delivery.alert_id} and channel_id = ${channelId} and state = 'queued'
    returning id, attempts, next_attempt_at`.execute(tx);
  return after.rows;
}
