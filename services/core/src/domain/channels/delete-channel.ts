import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { audit } from '../audit/audit.ts';
import type { Author } from '../budgets/write-budget.ts';
import { forAudit, lockChannel } from './write-channel.ts';

/**
 * Removes a channel, also from the budgets and kinds that name it. What waits for it is given up; what was sent stays in the
 * history of the alerts.
 * @throws AppError `not_found`
 */
export async function deleteChannel(tx: Db, author: Author, id: number): Promise<void> {
  const { organizationId, now } = author;
  const { sealed: _secret, ...before } = await lockChannel(tx, organizationId, id);
  await sql`
    update budgets set channel_ids = array_remove(channel_ids, ${id}::integer)
    where organization_id = ${organizationId} and ${id} = any(channel_ids)`.execute(tx);
  await sql`
    update alert_settings set channel_ids = array_remove(channel_ids, ${id}::integer)
    where organization_id = ${organizationId} and ${id} = any(channel_ids)`.execute(tx);
  await sql`
    update alert_deliveries set state = 'failed', held_by = null, last_code = 'channel_removed', finished_at = ${now}
    where organization_id = ${organizationId} and channel_id = ${id} and state in ('queued', 'held')`.execute(tx);
  await sql`delete from channels where id = ${id} and organization_id = ${organizationId}`.execute(tx);
  await audit(tx, organizationId, { action: 'channel.deleted', targetId: id, before: forAudit(before) });
}
