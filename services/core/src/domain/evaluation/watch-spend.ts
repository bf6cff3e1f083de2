import { createHash } from 'node:crypto';
import { HOUR } from '../../clock.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { readAlertSettings } from '../alerts/alert-settings.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { groupIncidents, type IncidentFound } from '../anomalies/group-incidents.ts';
import { type Episode, endEpisodes, keyOfEpisode, noteEpisode, openEpisodes } from './episodes.ts';
import { findFlags } from './find-flags.ts';
import type { WatchedOrganization } from './organizations.ts';
import { incidentAlert } from './spend-words.ts';
import type { Step } from './watches.ts';
import { readWindowCells, WINDOW_HOURS } from './window-cells.ts';

/** Not out of line for that long, it is over; what comes back sooner is the same incident. */
const OVER_MS = 3 * HOUR;
/** A worker that was away tells of today, and not of everything that was. */
const MOST_HOURS_BACK = 6;

/**
 * Tells when spend is out of line: the last two whole hours against the same hours of past weeks, in every dimension. One
 * incident is one alert, in however many dimensions it shows, and however many hours it lasts.
 */
export async function watchSpend(
  ctx: AlertContext,
  organization: WatchedOrganization,
  { from, until }: Step,
): Promise<void> {
  const first = Math.max(
    from ? from.getTime() + HOUR : until.getTime(),
    until.getTime() - (MOST_HOURS_BACK - 1) * HOUR,
  );
  for (let hour = first; hour <= until.getTime(); hour += HOUR) await judgeWindow(ctx, organization, new Date(hour));
}

async function judgeWindow(ctx: AlertContext, organization: WatchedOrganization, until: Date): Promise<void> {
  const { spend_anomaly: settings } = await readAlertSettings(ctx.db, organization.id);
  const flags = await findFlags(ctx.db, organization, until, Number(settings.minimumPicoUsd ?? 0n));
  if (flags.length > 0) {
    const { now, usual, weight, dimensions, labels } = await readWindowCells(ctx.db, organization, until);
    const incidents = groupIncidents(flags, now, usual, weight, dimensions);
    for (const incident of incidents) {
      const episode = await episodeOf(ctx, organization.id, incident, until);
      await raiseAlert(ctx, organization.id, {
        ...incidentAlert(incident, { until, windowHours: WINDOW_HOURS, labels }),
        dedupKey: keyOfEpisode(episode),
      });
    }
  }
  await endOver(ctx, organization.id, until);
}

/** The earliest episode of any value that the incident is about: the next hour may name another one of them first. */
async function episodeOf(
  ctx: AlertContext,
  organizationId: number,
  incident: IncidentFound,
  until: Date,
): Promise<Episode> {
  const { driver, anchor } = incident;
  const marks = new Set([
    markOf(organizationId, anchor.dimension, anchor.value),
    ...driver.dimensions.map((dimension, i) => markOf(organizationId, dimension, driver.values[i] ?? '')),
  ]);
  const episodes: Episode[] = [];
  for (const subject of marks) {
    episodes.push({ subject, beganAt: await noteEpisode(ctx.db, organizationId, subject, until) });
  }
  episodes.sort((a, b) => a.beganAt.getTime() - b.beganAt.getTime() || (a.subject < b.subject ? -1 : 1));
  const [first] = episodes;
  if (!first) throw new Error('an incident is about nothing');
  return first;
}

/** A value may be a person's name, and the key outlives the person: hashed. */
function markOf(organizationId: number, dimension: string, value: string): string {
  const hash = createHash('sha256').update(`${organizationId}\0${dimension}\0${value}`).digest('hex').slice(0, 32);
  return `spend_anomaly:${hash}`;
}

async function endOver(ctx: AlertContext, organizationId: number, until: Date): Promise<void> {
  const open = await openEpisodes(ctx.db, organizationId, 'spend_anomaly:');
  const over = open.filter(({ seenAt }) => until.getTime() - seenAt.getTime() >= OVER_MS);
  for (const episode of await endEpisodes(
    ctx.db,
    organizationId,
    over.map(({ subject }) => subject),
    until,
  )) {
    await resolveAlert(ctx, organizationId, keyOfEpisode(episode));
  }
}
