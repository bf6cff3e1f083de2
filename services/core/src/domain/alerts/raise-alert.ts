import { sql } from 'kysely';
import type { AlertDriver, AlertFact, AlertKind, AlertSeverity } from '../../contract/alerts.ts';
import type { Db } from '../../db/connection.ts';
import { inScope } from '../../db/scope.ts';
import type { AlertContext } from './alert-context.ts';
import { readAlertSettings } from './alert-settings.ts';
import { queueDeliveries, type WaitingDelivery } from './queue-deliveries.ts';

export interface NewAlert {
  kind: AlertKind;
  /** What is told once, ever: make it of ids and times, as `budget_threshold:7:80:2026-08-01`, and of no person's name. */
  dedupKey: string;
  severity: AlertSeverity;
  occurredAt: Date;
  title: string;
  /** Sentences in plain text, the most important one first. */
  text: readonly string[];
  facts: readonly AlertFact[];
  /** The largest share first. */
  drivers: readonly AlertDriver[];
  /** The dashboard's page with the records behind it, as `/records?model=…`. */
  path: string;
  budgetId?: number;
  projectId?: number;
  /** Who is told; absent: the channels of the kind's settings. An empty list: nobody, and it is in the inbox alone. */
  channelIds?: readonly number[];
}

/**
 * Tells an organization something, exactly once however often and from how many workers it is called. The deliveries are written
 * with the alert: what is in the inbox also reaches its channels, whatever happens to Redis or to this process.
 * @returns `null` where it was raised before, or nobody wants to know of its kind
 */
export async function raiseAlert(
  ctx: AlertContext,
  organizationId: number,
  alert: NewAlert,
): Promise<{ id: number } | null> {
  const raised = await inScope(ctx, { organizationId }, async (tx) => {
    const settings = (await readAlertSettings(tx, organizationId))[alert.kind];
    if (!settings.enabled) return null;
    const id = await insertAlert(tx, organizationId, alert, ctx.clock.now());
    if (id === undefined) return null;
    const channelIds = alert.channelIds ?? settings.channelIds;
    return { id, deliveries: await addDeliveries(tx, organizationId, id, channelIds, ctx.clock.now()) };
  });
  if (!raised) return null;
  ctx.log.info({ organizationId, alertId: raised.id, kind: alert.kind }, 'alert raised');
  await queueDeliveries(ctx, raised.deliveries);
  return { id: raised.id };
}

async function insertAlert(tx: Db, organizationId: number, alert: NewAlert, now: Date): Promise<number | undefined> {
  // A digest is a report: there is nothing to do about it.
  const state = alert.kind === 'digest' ? 'resolved' : 'open';
  const { rows } = await sql<{ id: number }>`
    insert into alerts (organization_id, kind, dedup_key, severity, title, text, facts, drivers, path, budget_id, project_id,
      occurred_at, raised_at, state, resolved_at)
    values (${organizationId}, ${alert.kind}, ${alert.dedupKey}, ${alert.severity}, ${alert.title}, ${[...alert.text]}::text[],
      ${JSON.stringify(alert.facts)}::jsonb, ${JSON.stringify(alert.drivers)}::jsonb, ${alert.path}, ${alert.budgetId ?? null},
      ${alert.projectId ?? null}, ${alert.occurredAt}, ${now}, ${state}, ${state === 'resolved' ? now : null})
    on conflict (organization_id, dedup_key) do nothing
    returning id`.execute(tx);
  return rows[0]?.id;
}

async function addDeliveries(
  tx: Db,
  organizationId: number,
  alertId: number,
  channelIds: readonly number[],
  now: Date,
): Promise<WaitingDelivery[]> {
  const { rows } = await sql<WaitingDelivery>`
    insert into alert_deliveries (organization_id, alert_id, channel_id, channel_kind, channel_name, event, state, next_attempt_at,
      created_at)
    select organization_id, ${alertId}, id, kind, name, 'raised', 'queued', ${now}, ${now}
    from channels
    where organization_id = ${organizationId} and id = any(${[...channelIds]}::integer[]) and enabled
    order by id
    returning id, attempts, next_attempt_at`.execute(tx);
  return rows;
}
