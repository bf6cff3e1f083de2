import type { Db } from '../../db/connection.ts';

/** How an organization's days are cut; the daily rollups are kept by calendar. */
export interface Calendar {
  version: number;
  timeZone: string;
}

/** The calendars whose days have to be derived: the one in use and, while the time zone changes, its successor. */
export interface Calendars {
  active: Calendar | undefined;
  building: Calendar | undefined;
}

export async function readCalendars(tx: Db, organizationId: number): Promise<Calendars> {
  const rows = await tx
    .selectFrom('calendars')
    .select(['version', 'time_zone as timeZone', 'state'])
    .where('organization_id', '=', organizationId)
    .execute();
  return {
    active: rows.find(({ state }) => state === 'active'),
    building: rows.find(({ state }) => state === 'building'),
  };
}

/**
 * Gives an organization its first calendar. Nothing has been derived for it, and the log of touched buckets still names
 * everything that ever came in, so that it is right from the first moment.
 */
export async function ensureCalendar(db: Db, organizationId: number): Promise<void> {
  const found = await readCalendars(db, organizationId);
  if (found.active) return;
  await db
    .insertInto('calendars')
    .columns(['organization_id', 'time_zone', 'state'])
    .expression((eb) =>
      eb
        .selectFrom('organizations')
        .select(['id', 'time_zone', eb.val('active').as('state')])
        .where('id', '=', organizationId),
    )
    .onConflict((conflict) => conflict.columns(['organization_id', 'state']).doNothing())
    .execute();
}
