import { sql } from 'kysely';
import { DAY, HOUR } from '../../clock.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { readAlertSettings } from '../alerts/alert-settings.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { endEpisodes, keyOfEpisode, noteEpisode, openEpisodes } from './episodes.ts';
import type { WatchedOrganization } from './organizations.ts';
import type { Step } from './watches.ts';
import { group } from './words.ts';

/** The same hours of so many weeks say whether somebody usually sends then. */
const WEEKS = 4;
/** In the quietest of these weeks there were at least that many calls. */
const MIN_CALLS = 5;
const DEFAULT_HOURS = 6;

interface Row {
  project_id: number;
  name: string;
  /** Of the same hours in each of the weeks before, the newest first. */
  weeks: number[];
  last: Date | null;
}

/**
 * Tells when nothing came from a project for some hours in which every week before had calls: an office that sleeps at
 * night is not silent, an ingest that is cut off by day is.
 */
export async function watchSilence(
  ctx: AlertContext,
  organization: WatchedOrganization,
  { until }: Step,
): Promise<void> {
  const { ingest_silent: settings } = await readAlertSettings(ctx.db, organization.id);
  const hours = settings.silentHours ?? DEFAULT_HOURS;
  const rows = await readHours(ctx, organization, until, hours);
  for (const row of rows) {
    const subject = `ingest_silent:${row.project_id}`;
    if (row.last && row.last.getTime() >= until.getTime() - hours * HOUR) {
      for (const episode of await endEpisodes(ctx.db, organization.id, [subject], until)) {
        await resolveAlert(ctx, organization.id, keyOfEpisode(episode));
      }
      continue;
    }
    const usual = Math.min(...row.weeks);
    if (!row.last || usual < MIN_CALLS) continue;
    const dedupKey = keyOfEpisode({ subject, beganAt: await noteEpisode(ctx.db, organization.id, subject, until) });
    await raiseAlert(ctx, organization.id, {
      kind: 'ingest_silent',
      dedupKey,
      severity: 'warning',
      occurredAt: until,
      title: `Nothing comes from ${row.name}`,
      text: [
        `No call was recorded for ${hours} hours; in each of the last ${WEEKS} weeks there were at least ${group(usual)} in the same hours.`,
        'Either nobody calls, or the records do not arrive: look whether the SDK can reach the ingest, and whether the key is still valid.',
      ],
      facts: [
        { label: 'Project', value: row.name },
        { label: 'Last call', value: `${row.last.toISOString().slice(0, 16).replace('T', ' ')} UTC` },
        { label: 'Usual in these hours', value: `${group(usual)} calls or more` },
      ],
      drivers: [],
      path: `/records?${new URLSearchParams({ projectId: String(row.project_id) })}`,
      projectId: row.project_id,
    });
  }
  await endGone(ctx, organization, rows, until);
}

/** A project that is archived or deleted is not silent any more. */
async function endGone(
  ctx: AlertContext,
  { id }: WatchedOrganization,
  rows: readonly Row[],
  until: Date,
): Promise<void> {
  const there = new Set(rows.map((row) => `ingest_silent:${row.project_id}`));
  const gone = (await openEpisodes(ctx.db, id, 'ingest_silent:')).filter(({ subject }) => !there.has(subject));
  for (const episode of await endEpisodes(
    ctx.db,
    id,
    gone.map(({ subject }) => subject),
    until,
  )) {
    await resolveAlert(ctx, id, keyOfEpisode(episode));
  }
}

async function readHours(
  ctx: AlertContext,
  { projectIds }: WatchedOrganization,
  until: Date,
  hours: number,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select p.id as project_id, p.name,
      array(
        select coalesce((
          select sum(u.calls) from usage_15m u
          where u.project_id = p.id
            and u.bucket >= ${until}::timestamptz - make_interval(days => 7 * week, hours => ${hours})
            and u.bucket < ${until}::timestamptz - make_interval(days => 7 * week)), 0)::float8
        from generate_series(1, ${WEEKS}::integer) as week order by week
      ) as weeks,
      (select max(u.bucket) from usage_15m u where u.project_id = p.id and u.bucket >= ${new Date(until.getTime() - 60 * DAY)}) as last
    from projects p where p.id = any(${[...projectIds]}::integer[]) and p.archived_at is null and p.deleting_at is null
    order by p.id`.execute(ctx.db);
  return rows;
}
