import { type Kysely, sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { Tx } from '../../db/scope.ts';
import type { Database } from '../../db/tables.ts';
import { isConflict } from '../../db/violations.ts';
import { type Day, localDays } from '../usage/time-buckets.ts';
import { type Calendar, ensureCalendar, readCalendars } from './calendars.ts';
import { deriveDay } from './derive-day.ts';
import type { Pace } from './pace.ts';
import { withSessionLock } from './session-lock.ts';

interface Project {
  id: number;
  organizationId: number;
}

/** How a pass is held up: `signal` ends it between two days, `pace` lets busy days rest. */
interface PassOptions {
  signal?: AbortSignal;
  pace?: Pace;
}

/**
 * Derives every local day that the log of touched buckets names, for all organizations. Safe to be killed anywhere, and
 * on several workers: a day's rollups and the log lines they answer change in one transaction, and a project that
 * another worker is at is left to it.
 * @returns how many days were derived
 */
export async function deriveRollups(ctx: Context, options: PassOptions = {}): Promise<{ days: number }> {
  const projects = await ctx.db
    .selectFrom('projects')
    .select(['id', 'organization_id as organizationId'])
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('usage_touched').select('id').whereRef('usage_touched.project_id', '=', 'projects.id')),
    )
    .orderBy('id')
    .execute();
  let days = 0;
  for (const project of projects) {
    await ensureCalendar(ctx.db, project.organizationId);
    const lock = { of: 'deriveProject', id: project.id, wait: false } as const;
    days += (await withSessionLock(ctx.db, lock, (connection) => deriveProject(connection, project, options))) ?? 0;
  }
  if (days > 0) ctx.log.debug({ days }, 'days derived');
  return { days };
}

/** Others that derive, or change the calendar, are through in a moment. */
const MAX_PASSES = 20;

/**
 * Derives what is touched of one project until nothing of it is left that was touched before, waiting for whoever else is at
 * it: for deletions, which are not done before.
 */
export async function deriveProjectNow(ctx: Context, project: Project, signal: AbortSignal): Promise<void> {
  const { rows } = await sql<{ last: bigint | null }>`
    select max(id) as last from usage_touched where project_id = ${project.id}`.execute(ctx.db);
  const last = rows[0]?.last;
  for (let pass = 0; last != null; pass += 1) {
    await ensureCalendar(ctx.db, project.organizationId);
    const lock = { of: 'deriveProject', id: project.id, wait: true } as const;
    await withSessionLock(ctx.db, lock, (connection) => deriveProject(connection, project, { signal }));
    const left = await sql`
      select from usage_touched where project_id = ${project.id} and id <= ${last} limit 1`.execute(ctx.db);
    if (left.rows.length === 0) return;
    if (pass === MAX_PASSES) throw new Error(`the days of project ${project.id} could not be derived`);
  }
}

async function deriveProject(connection: Kysely<Database>, project: Project, options: PassOptions): Promise<number> {
  const { active } = await readCalendars(connection, project.organizationId);
  if (!active) return 0;
  let derived = 0;
  for (const day of await touchedDays(connection, project.id, active)) {
    options.signal?.throwIfAborted();
    if (options.pace?.mayDerive(project.id, day.start) === false) continue;
    const started = performance.now();
    if (!(await deriveTouchedDay(connection, project, active, day))) break;
    options.pace?.derived(project.id, day.start, performance.now() - started);
    derived += 1;
  }
  return derived;
}

/** Newest first: these are looked at most. */
async function touchedDays(connection: Kysely<Database>, projectId: number, calendar: Calendar): Promise<Day[]> {
  const touched = await connection
    .selectFrom('usage_touched')
    .select('bucket')
    .distinct()
    .where('project_id', '=', projectId)
    .orderBy('bucket')
    .execute();
  const days: Day[] = [];
  for (const { bucket } of touched) {
    if (bucket < (days.at(-1)?.end ?? new Date(0))) continue;
    days.push(...localDays({ from: bucket, to: new Date(bucket.getTime() + 1) }, calendar.timeZone));
  }
  return days.reverse();
}

/**
 * One day in one transaction with one snapshot: what it sums up is what the log lines that it deletes are about, and a
 * line that is committed meanwhile stays. The calendars come from the same snapshot: one that begins to be built later
 * sees everything that these lines are about.
 * @returns false when somebody else has changed the calendar or the project meanwhile: the next pass sees to it
 */
async function deriveTouchedDay(
  connection: Kysely<Database>,
  project: Project,
  planned: Calendar,
  day: Day,
): Promise<boolean> {
  try {
    return await connection
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const { active, building } = await readCalendars(tx, project.organizationId);
        if (active?.version !== planned.version) return false;
        await deleteTouched(tx, project.id, day);
        await deriveDay(tx, { projectId: project.id, calendarVersion: active.version, day });
        if (building) {
          for (const other of localDays({ from: day.start, to: day.end }, building.timeZone)) {
            await deriveDay(tx, { projectId: project.id, calendarVersion: building.version, day: other });
          }
        }
        return true;
      });
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

const deleteTouched = (tx: Tx, projectId: number, { start, end }: Day) =>
  sql`
  delete from usage_touched where project_id = ${projectId} and bucket >= ${start} and bucket < ${end}`.execute(tx);
