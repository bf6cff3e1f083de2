import { sql } from 'kysely';
import type { AlertKind, AlertState } from '../../contract/alerts.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import type { Author } from '../budgets/write-budget.ts';
import { releaseHeld, type WaitingDelivery } from './queue-deliveries.ts';
import { followUp } from './resolve-alert.ts';
import { readSnooze } from './snooze.ts';

/**
 * Says that somebody looks after it. Whoever keeps an incident of it is told.
 * @returns deliveries to be queued after the commit
 * @throws AppError `not_found`; `conflict` where it is over
 */
export async function acknowledgeAlert(tx: Db, author: Author, id: number): Promise<WaitingDelivery[]> {
  const { organizationId, now } = author;
  const { state, kind } = await lock(tx, organizationId, id);
  if (state === 'resolved') throw new AppError('conflict', 'The alert is resolved');
  if (state === 'acknowledged') return [];
  await sql`
    update alerts set state = 'acknowledged', acknowledged_at = ${now}, acknowledged_by = ${author.userId}
    where id = ${id} and organization_id = ${organizationId}`.execute(tx);
  await audit(tx, organizationId, { action: 'alert.acknowledged', targetId: id });
  return followUp(tx, { organizationId, alert: { id, kind }, event: 'acknowledged', now });
}

/**
 * Says that it is over, though its condition may not be. It is not raised again.
 * @returns deliveries to be queued after the commit
 * @throws AppError `not_found`
 */
export async function resolveAlertByHand(tx: Db, author: Author, id: number): Promise<WaitingDelivery[]> {
  const { organizationId, now } = author;
  const { state, kind } = await lock(tx, organizationId, id);
  if (state === 'resolved') return [];
  await sql`
    update alerts set state = 'resolved', resolved_at = ${now}, resolved_by = ${author.userId}, snoozed_until = null
    where id = ${id} and organization_id = ${organizationId}`.execute(tx);
  await audit(tx, organizationId, { action: 'alert.resolved', targetId: id });
  return followUp(tx, { organizationId, alert: { id, kind }, event: 'resolved', now });
}

/**
 * Takes it out of the inbox until then, and holds what is still to be sent of it; `null` brings it back.
 * @returns deliveries to be queued after the commit
 * @throws AppError `not_found`, `invalid_request`; `conflict` where it is over
 */
export async function snoozeAlert(
  tx: Db,
  author: Author,
  id: number,
  until: string | null,
): Promise<WaitingDelivery[]> {
  const { organizationId, now } = author;
  const { state } = await lock(tx, organizationId, id);
  if (state === 'resolved') throw new AppError('conflict', 'The alert is resolved');
  const snoozedUntil = readSnooze(until, now);
  await sql`update alerts set snoozed_until = ${snoozedUntil} where id = ${id} and organization_id = ${organizationId}`.execute(
    tx,
  );
  await audit(tx, organizationId, { action: 'alert.snoozed', targetId: id, after: { until: snoozedUntil } });
  return releaseHeld(tx, organizationId, sql`alert_id = ${id}`, now);
}

async function lock(tx: Db, organizationId: number, id: number): Promise<{ state: AlertState; kind: AlertKind }> {
  const { rows } = await sql<{ state: AlertState; kind: AlertKind }>`
    select state, kind from alerts where id = ${id} and organization_id = ${organizationId} for update`.execute(tx);
  const [row] = rows;
  if (!row) throw new AppError('not_found', `There is no alert ${id}`);
  return row;
}
