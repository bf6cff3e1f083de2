import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { localDays } from '../usage/time-buckets.ts';
import { type Calendar, readCalendars } from './calendars.ts';
import { deriveDay } from './derive-day.ts';
import { deleteLeftovers } from './leftovers.ts';
import { withSessionLock } from './session-lock.ts';

/**
 * Brings the daily rollups of every organization whose time zone has changed to its new days: builds them beside those
 * in use, then switches. Until then queries read the fine rollup, which knows no zone. Safe to be killed and run again,
 * and on several workers.
 */
export async function buildCalendars(ctx: Context, options: { signal?: AbortSignal } = {}): Promise<{ built: number }> {
  const waiting = await ctx.db
    .selectFrom('organizations')
    .innerJoin('calendars', 'calendars.organization_id', 'organizations.id')
    .select('organizations.id')
    .distinct()
    // A calendar in use of another zone, or one being built that is no longer wanted.
    .where(({ or, eb, ref }) =>
      or([eb('calendars.time_zone', '!=', ref('organizations.time_zone')), eb('calendars.state', '=', 'building')]),
    )
    .execute();
  let built = 0;
  for (const { id } of waiting) {
    const lock = { of: 'buildCalendar', id, wait: false } as const;
    if (await withSessionLock(ctx.db, lock, () => buildCalendar(ctx, id, options))) built += 1;
  }
  return { built };
}

/** @returns whether the organization's days are those of its time zone now */
async function buildCalendar(
  ctx: Context,
  organizationId: number,
  options: { signal?: AbortSignal },
): Promise<boolean> {
  const calendar = await beginCalendar(ctx.db, organizationId);
  if (calendar) {
    const projects = await ctx.db
      .selectFrom('projects')
      .select('id')
      .where('organization_id', '=', organizationId)
      .execute();
    for (const { id } of projects) await buildProject(ctx.db, { organizationId, projectId: id, calendar, ...options });
    if (!(await switchTo(ctx.db, organizationId, calendar))) return false;
    ctx.log.info({ organizationId, timeZone: calendar.timeZone }, 'days are cut in another time zone now');
  }
  await deleteLeftovers(ctx.db, organizationId);
  return true;
}

/** The calendar to be built, new or left by an interrupted run; `undefined` when the one in use is the right one. */
const beginCalendar = (db: Db, organizationId: number): Promise<Calendar | undefined> =>
  db.transaction().execute(async (tx) => {
    const { time_zone: timeZone } = await tx
      .selectFrom('organizations')
      .select('time_zone')
      .where('id', '=', organizationId)
      .executeTakeFirstOrThrow();
    const { active, building } = await readCalendars(tx, organizationId);
    if (building?.timeZone === timeZone && active?.timeZone !== timeZone) return building;
    if (building) await tx.deleteFrom('calendars').where('version', '=', building.version).execute();
    if (active?.timeZone === timeZone) return undefined;
    return tx
      .insertInto('calendars')
      .values({ organization_id: organizationId, time_zone: timeZone, state: 'building' })
      .returning(['version', 'time_zone as timeZone'])
      .executeTakeFirstOrThrow();
  });

/**
 * Every day of a project that has anything. What is touched from now on is derived for both calendars, so that days which
 * are not there yet need no second look.
 */
async function buildProject(
  db: Db,
  input: { organizationId: number; projectId: number; calendar: Calendar; signal?: AbortSignal },
): Promise<void> {
  const { projectId, calendar } = input;
  const { rows } = await sql<{ first: Date | null; last: Date | null }>`
    select min(bucket) as first, max(bucket) as last from usage_15m where project_id = ${projectId}`.execute(db);
  const [first, last] = [rows[0]?.first, rows[0]?.last];
  if (!first || !last) return;
  for (const day of localDays({ from: first, to: new Date(last.getTime() + 1) }, calendar.timeZone)) {
    input.signal?.throwIfAborted();
    // A lock for each day, so that derivation gets its turn.
    await withSessionLock(db, { of: 'deriveProject', id: projectId, wait: true }, (connection) =>
      connection
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((tx) => deriveDay(tx, { projectId, calendarVersion: calendar.version, day })),
    );
  }
}

/** @returns false when the organization has changed its time zone once more */
const switchTo = (db: Db, organizationId: number, calendar: Calendar): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    const wanted = await tx
      .selectFrom('organizations')
      .select('time_zone')
      .where('id', '=', organizationId)
      .executeTakeFirst();
    if (wanted?.time_zone !== calendar.timeZone) return false;
    const { building } = await readCalendars(tx, organizationId);
    if (building?.version !== calendar.version) return false;
    await tx
      .deleteFrom('calendars')
      .where('organization_id', '=', organizationId)
      .where('state', '=', 'active')
      .execute();
    await tx.updateTable('calendars').set({ state: 'active' }).where('version', '=', calendar.version).execute();
    return true;
  });
