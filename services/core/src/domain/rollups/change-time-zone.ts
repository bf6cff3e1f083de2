import type { Db } from '../../db/connection.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { isTimeZone } from '../usage/time-buckets.ts';

/**
 * Moves the midnights of an organization. Every query cuts its days in the new zone from the commit on; the daily rollups
 * follow by `buildCalendars`.
 * @throws AppError `invalid_request` for a time zone that does not exist, `not_found`
 */
export async function changeTimeZone(tx: Db, organizationId: number, timeZone: string): Promise<void> {
  if (!isTimeZone(timeZone)) throw invalidField('timeZone', 'must be an IANA time zone, e.g. Europe/Berlin');
  const before = await tx
    .selectFrom('organizations')
    .select('time_zone as timeZone')
    .where('id', '=', organizationId)
    .forUpdate()
    .executeTakeFirst();
  if (!before) throw new AppError('not_found', `There is no organization ${organizationId}`);
  if (before.timeZone === timeZone) return;
  await tx.updateTable('organizations').set({ time_zone: timeZone }).where('id', '=', organizationId).execute();
  await audit(tx, organizationId, { action: 'organization.changed', before, after: { timeZone } });
}
