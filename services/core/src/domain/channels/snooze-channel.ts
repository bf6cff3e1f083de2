import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { releaseHeld, type WaitingDelivery } from '../alerts/queue-deliveries.ts';
import { readSnooze } from '../alerts/snooze.ts';
import { audit } from '../audit/audit.ts';
import type { Author } from '../budgets/write-budget.ts';
import { lockChannel } from './write-channel.ts';

/**
 * Holds everything that goes to a channel until then; `null` lets it go.
 * @returns what was held and is to be looked at again
 * @throws AppError `not_found`, `invalid_request`
 */
export async function snoozeChannel(
  tx: Db,
  author: Author,
  id: number,
  until: string | null,
): Promise<WaitingDelivery[]> {
  const { organizationId, now } = author;
  await lockChannel(tx, organizationId, id);
  const snoozedUntil = readSnooze(until, now);
  await sql`update channels set snoozed_until = ${snoozedUntil}, updated_at = ${now}
    where id = ${id} and organization_id = ${organizationId}`.execute(tx);
  await audit(tx, organizationId, { action: 'channel.snoozed', targetId: id, after: { until: snoozedUntil } });
  return releaseHeld(tx, organizationId, sql`channel_id = ${id}`, now);
}
