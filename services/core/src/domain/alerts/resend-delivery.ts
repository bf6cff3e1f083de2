import { sql } from 'kysely';
import type { DeliveryEvent } from '../../contract/alerts.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import type { Author } from '../budgets/write-budget.ts';
import type { WaitingDelivery } from './queue-deliveries.ts';

/**
 * Sends a delivery now, under its own id: one that was given up, one that was delivered, and one that waits or is held. It is tried
 * as often as a new one, and nothing holds it.
 * @returns it, to be queued after the commit
 * @throws AppError `not_found`; `conflict` where its channel is gone, for a test, and while it is being sent
 */
export async function resendDelivery(tx: Db, author: Author, id: string): Promise<WaitingDelivery> {
  const { organizationId, now } = author;
  const { rows: found } = await sql<{
    event: DeliveryEvent;
    channel_id: number | null;
    alert_id: number;
    sending: boolean;
  }>`
    select event, channel_id, alert_id, coalesce(claimed_until > ${now}, false) as sending from alert_deliveries
    where id = ${id} and organization_id = ${organizationId} for update`.execute(tx);
  const [delivery] = found;
  if (!delivery) throw new AppError('not_found', 'There is no such delivery');
  if (delivery.event === 'test') throw new AppError('conflict', 'A test is not sent again: make another');
  if (delivery.channel_id === null) throw new AppError('conflict', 'The channel is gone');
  if (delivery.sending) throw new AppError('conflict', 'It is being sent right now');
  const { rows } = await sql<WaitingDelivery>`
    update alert_deliveries set state = 'queued', held_by = null, forced = true, next_attempt_at = ${now}, finished_at = null,
      attempts_before = attempts, reached = case when state = 'delivered' then '{}' else reached end
    where id = ${id} and organization_id = ${organizationId}
    returning id, attempts, next_attempt_at`.execute(tx);
  await audit(tx, organizationId, { action: 'alert.sent_again', targetId: delivery.alert_id });
  return rows[0] as WaitingDelivery;
}
