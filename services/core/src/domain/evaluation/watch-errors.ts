import { sql } from 'kysely';
import { DAY, HOUR } from '../../clock.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { readAlertSettings } from '../alerts/alert-settings.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import type { Driver } from '../drivers/explain-rise.ts';
import { toDrivers } from './driver-words.ts';
import { endEpisodes, keyOfEpisode, noteEpisode, openEpisodes } from './episodes.ts';
import type { WatchedOrganization } from './organizations.ts';
import type { Step } from './watches.ts';
import { group } from './words.ts';

const WINDOW_MS = HOUR;
const USUAL_MS = 14 * DAY;
/** How much above the usual rate a jump is. */
const MIN_RATIO = 3;
const MIN_SCORE = 5;
/** Quiet for that long, it is over: providers in trouble come and go. */
const OVER_MS = HOUR;

interface Row {
  project_id: number;
  name: string;
  calls: number;
  errors: number;
  usual_calls: number;
  usual_errors: number;
}

/**
 * Tells when the calls of a project fail much more often than they do otherwise: in the last hour, against the two weeks
 * before, with as many calls as make it more than chance. A jump is told once until an hour has gone without it.
 */
export async function watchErrors(
  ctx: AlertContext,
  organization: WatchedOrganization,
  { until }: Step,
): Promise<void> {
  const { error_rate: settings } = await readAlertSettings(ctx.db, organization.id);
  const from = new Date(until.getTime() - WINDOW_MS);
  const { rows } = await sql<Row>`
    select u.project_id, p.name,
      coalesce(sum(u.calls) filter (where u.bucket >= ${from}), 0)::float8 as calls,
      coalesce(sum(u.calls) filter (where u.bucket >= ${from} and u.status = 'error'), 0)::float8 as errors,
      coalesce(sum(u.calls) filter (where u.bucket < ${from}), 0)::float8 as usual_calls,
      coalesce(sum(u.calls) filter (where u.bucket < ${from} and u.status = 'error'), 0)::float8 as usual_errors
    from usage_15m u join projects p on p.id = u.project_id
    where u.project_id = any(${[...organization.projectIds]}::integer[])
      and u.bucket >= ${new Date(from.getTime() - USUAL_MS)} and u.bucket < ${until}
    group by u.project_id, p.name`.execute(ctx.db);
  const jumps = rows.filter((row) =>
    isJump(row, { minimumCalls: settings.minimumCalls ?? 50, minimumPercent: settings.minimumPercent ?? 10 }),
  );
  for (const row of jumps) {
    const subject = subjectOf(row.project_id);
    const dedupKey = keyOfEpisode({ subject, beganAt: await noteEpisode(ctx.db, organization.id, subject, until) });
    const drivers = await readErrorDrivers(ctx, row.project_id, from, until);
    await raiseAlert(ctx, organization.id, alertOf(row, { dedupKey, from, until, drivers }));
  }
  const open = await openEpisodes(ctx.db, organization.id, 'error_rate:');
  const over = open.filter(({ seenAt }) => until.getTime() - seenAt.getTime() >= OVER_MS);
  for (const episode of await endEpisodes(
    ctx.db,
    organization.id,
    over.map(({ subject }) => subject),
    until,
  )) {
    await resolveAlert(ctx, organization.id, keyOfEpisode(episode));
  }
}

const subjectOf = (projectId: number) => `error_rate:${projectId}`;

/** More errors than chance makes of the usual rate, and many more than usual. */
function isJump(
  row: Pick<Row, 'calls' | 'errors' | 'usual_calls' | 'usual_errors'>,
  { minimumCalls, minimumPercent }: { minimumCalls: number; minimumPercent: number },
): boolean {
  if (row.calls < minimumCalls || row.errors * 100 < minimumPercent * row.calls) return false;
  // One error and one success more than were seen: a rate of exactly 0 is known of nobody.
  const usual = (row.usual_errors + 1) / (row.usual_calls + 2);
  const expected = usual * row.calls;
  const score = (row.errors - expected) / Math.sqrt(expected * (1 - usual) + 1);
  return row.errors >= MIN_RATIO * expected && score >= MIN_SCORE;
}

async function readErrorDrivers(ctx: AlertContext, projectId: number, from: Date, until: Date): Promise<Driver[]> {
  const { rows } = await sql<{ provider: string; model: string; feature: string; errors: number }>`
    select provider, model, feature, sum(calls)::float8 as errors from usage_15m
    where project_id = ${projectId} and bucket >= ${from} and bucket < ${until} and status = 'error'
    group by provider, model, feature`.execute(ctx.db);
  const total = rows.reduce((sum, { errors }) => sum + errors, 0);
  return (['provider', 'model', 'feature'] as const)
    .flatMap((dimension) => {
      const sums = new Map<string, number>();
      for (const row of rows) sums.set(row[dimension], (sums.get(row[dimension]) ?? 0) + row.errors);
      return [...sums].map(([value, now]) => ({
        dimensions: [dimension],
        values: [value],
        now,
        usual: 0,
        share: now / total,
      }));
    })
    .filter(({ values, share }) => values[0] !== '' && share >= 0.5)
    .sort((a, b) => b.share - a.share);
}

function alertOf(
  row: Row,
  { dedupKey, from, until, drivers }: { dedupKey: string; from: Date; until: Date; drivers: readonly Driver[] },
) {
  const percent = (part: number, whole: number) => `${whole > 0 ? Math.round((part / whole) * 1_000) / 10 : 0} %`;
  const told = toDrivers(drivers, 'errors');
  return {
    kind: 'error_rate' as const,
    dedupKey,
    severity: row.errors * 2 >= row.calls ? ('critical' as const) : ('warning' as const),
    occurredAt: until,
    title: `${percent(row.errors, row.calls)} of the calls of ${row.name} fail`,
    text: [
      `In the last hour ${group(row.errors)} of ${group(row.calls)} calls failed; in the two weeks before it were ${percent(row.usual_errors, row.usual_calls)}.`,
      ...told.slice(0, 1).map(({ sentence }) => sentence),
    ],
    facts: [
      { label: 'Project', value: row.name },
      { label: 'Error rate', value: percent(row.errors, row.calls) },
      { label: 'Usual', value: percent(row.usual_errors, row.usual_calls) },
      { label: 'Calls', value: group(row.calls) },
    ],
    drivers: told,
    path: `/records?${new URLSearchParams({ projectId: String(row.project_id), status: 'error', from: from.toISOString(), to: until.toISOString() })}`,
    projectId: row.project_id,
  };
}
