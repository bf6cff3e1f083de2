import { sql } from 'kysely';
import type { AlertKind, DeliveryEvent } from '../../contract/alerts.ts';
import type { Db } from '../../db/connection.ts';
import { inScope } from '../../db/scope.ts';
import type { AlertContext } from './alert-context.ts';
import { queueDeliveries, type WaitingDelivery } from './queue-deliveries.ts';

/** Of these people wait for the end; that a budget's period is over they know. */
const INCIDENTS: readonly AlertKind[] = ['spend_anomaly', 'error_rate', 'ingest_silent'];

/** The condition of an alert is over. Nothing happens where it was never raised, or is resolved already. */
export async function resolveAlert(ctx: AlertContext, organizationId: number, dedupKey: string): Promise<void> {
  const now = ctx.clock.now();
  const deliveries = await inScope(ctx, { organizationId }, async (tx) => {
    const { rows } = await sql<{ id: number; kind: AlertKind }>`
      update alerts set state = 'resolved', resolved_at = ${now}, snoozed_until = null
      where organization_id = ${organizationId} and dedup_key = ${dedupKey} and state <> 'resolved'
      returning id, kind`.execute(tx);
    const [alert] = rows;
    return alert ? followUp(tx, { organizationId, alert, event: 'resolved', now }) : [];
  });
  await queueDeliveries(ctx, deliveries);
}

/**
 * Writes deliveries that say how an alert went on, to the channels to which it was sent: always where a program keeps an
 * incident of its own, and where people do if they wait for it.
 */
export async function followUp(
  tx: Db,
  input: {
    organizationId: number;
    alert: { id: number; kind: AlertKind };
    event: Exclude<DeliveryEvent, 'raised' | 'test'>;
    now: Date;
  },
): Promise<WaitingDelivery[]> {
  const { organizationId, alert, event, now } = input;
  const forPeople = event === 'resolved' && INCIDENTS.includes(alert.kind);
  const kinds = forPeople ? ['pagerduty', 'webhook', 'slack', 'email'] : ['pagerduty', 'webhook'];
  const { rows } = await sql<WaitingDelivery>`
    insert into alert_deliveries (organization_id, alert_id, channel_id, channel_kind, channel_name, event, state, next_attempt_at,
      created_at)
    select ${organizationId}, ${alert.id}, c.id, c.kind, c.name, ${event}, 'queued', ${now}, ${now}
    from alert_deliveries d join channels c on c.id = d.channel_id
    where d.alert_id = ${alert.id} and d.event = 'raised' and c.enabled and c.kind = any(${kinds}::text[])
    order by c.id
    on conflict (alert_id, channel_id, event) do nothing
    returning id, attempts, next_attempt_at`.execute(tx);
  return rows;
}
