import { sql } from 'kysely';
import { ALERT_KINDS, type AlertKind, type AlertSetting, type AlertSettings } from '../../contract/alerts.ts';
import { formatPicoUsd, parseUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import type { Author } from '../budgets/write-budget.ts';
import { checkChannelIds } from '../channels/check-channel-ids.ts';
import { type AlertKindSettings, DEFAULT_SETTINGS, readAlertSettings } from './alert-settings.ts';
import { releaseHeld, type WaitingDelivery } from './queue-deliveries.ts';
import { readSnooze } from './snooze.ts';

/** The settings of every kind, as people read and write them. */
export async function listAlertSettings(tx: Db, organizationId: number, now: Date): Promise<AlertSettings> {
  const settings = await readAlertSettings(tx, organizationId);
  return { settings: ALERT_KINDS.map((kind) => toContract(kind, settings[kind], now)) };
}

const toContract = (kind: AlertKind, settings: AlertKindSettings, now: Date): AlertSetting => ({
  kind,
  enabled: settings.enabled,
  channelIds: [...settings.channelIds],
  snoozedUntil: settings.snoozedUntil && settings.snoozedUntil > now ? settings.snoozedUntil.toISOString() : null,
  minimumUsd: settings.minimumPicoUsd === null ? null : formatPicoUsd(settings.minimumPicoUsd),
  minimumCalls: settings.minimumCalls,
  minimumPercent: settings.minimumPercent,
  silentHours: settings.silentHours,
});

/** More than that is no minimum any more. */
const MAX_MINIMUM_PICO_USD = 10n ** 21n;

/**
 * Writes the settings of some kinds.
 * @returns what was held by a snooze that is over now
 * @throws AppError `invalid_request` naming the field
 */
export async function writeAlertSettings(
  tx: Db,
  author: Author,
  changes: readonly AlertSetting[],
): Promise<WaitingDelivery[]> {
  const { organizationId, now } = author;
  const before = await readAlertSettings(tx, organizationId);
  const released: WaitingDelivery[] = [];
  for (const [place, change] of changes.entries()) {
    const field = (name: string) => `settings.${place}.${name}`;
    if (changes.findIndex(({ kind }) => kind === change.kind) !== place)
      throw invalidField(field('kind'), 'is there twice');
    await checkChannelIds(tx, organizationId, change.channelIds, field('channelIds'));
    const settings = check(change, now, field);
    await upsert(tx, organizationId, change.kind, settings);
    await audit(tx, organizationId, {
      action: 'alert_settings.changed',
      before: { kind: change.kind, ...forAudit(before[change.kind]) },
      after: { kind: change.kind, ...forAudit(settings) },
    });
    const ofKind = sql`alert_id in (select id from alerts where organization_id = ${organizationId} and kind = ${change.kind})`;
    released.push(...(await releaseHeld(tx, organizationId, sql`held_by = 'kind_snoozed' and ${ofKind}`, now)));
  }
  return released;
}

function check(change: AlertSetting, now: Date, field: (name: string) => string): AlertKindSettings {
  const defaults = DEFAULT_SETTINGS[change.kind];
  const minimumPicoUsd = change.minimumUsd === null ? null : parseUsd(change.minimumUsd);
  if (
    minimumPicoUsd === undefined ||
    (minimumPicoUsd !== null && (minimumPicoUsd < 0n || minimumPicoUsd > MAX_MINIMUM_PICO_USD))
  ) {
    throw invalidField(field('minimumUsd'), 'must be from 0 to 1000000000 USD');
  }
  const own = <T>(name: string, value: T | null, byDefault: T | null): T | null => {
    if (value !== null && byDefault === null) throw invalidField(field(name), `is not for the kind ${change.kind}`);
    return value ?? byDefault;
  };
  return {
    enabled: change.enabled,
    channelIds: change.channelIds,
    snoozedUntil: readSnooze(change.snoozedUntil, now, field('snoozedUntil')),
    minimumPicoUsd: own('minimumUsd', minimumPicoUsd, defaults.minimumPicoUsd),
    minimumCalls: own('minimumCalls', change.minimumCalls, defaults.minimumCalls),
    minimumPercent: own('minimumPercent', change.minimumPercent, defaults.minimumPercent),
    silentHours: own('silentHours', change.silentHours, defaults.silentHours),
  };
}

async function upsert(tx: Db, organizationId: number, kind: AlertKind, settings: AlertKindSettings): Promise<void> {
  const minimum = settings.minimumPicoUsd === null ? null : settings.minimumPicoUsd.toString();
  await sql`
    insert into alert_settings (organization_id, kind, enabled, channel_ids, snoozed_until, minimum_pico_usd, minimum_calls,
      minimum_percent, silent_hours)
    values (${organizationId}, ${kind}, ${settings.enabled}, ${[...settings.channelIds]}::integer[], ${settings.snoozedUntil},
      ${minimum}::numeric, ${settings.minimumCalls}, ${settings.minimumPercent}, ${settings.silentHours})
    on conflict (organization_id, kind) do update set enabled = excluded.enabled, channel_ids = excluded.channel_ids,
      snoozed_until = excluded.snoozed_until, minimum_pico_usd = excluded.minimum_pico_usd, minimum_calls = excluded.minimum_calls,
      minimum_percent = excluded.minimum_percent, silent_hours = excluded.silent_hours`.execute(tx);
}

const forAudit = ({ minimumPicoUsd, ...settings }: AlertKindSettings): Record<string, unknown> => ({
  ...settings,
  minimumUsd: minimumPicoUsd === null ? null : formatPicoUsd(minimumPicoUsd),
});

/** Names a channel in exactly these kinds. Who wants the digest there wants a digest. */
export async function setKindsOfChannel(
  tx: Db,
  organizationId: number,
  channelId: number,
  kinds: readonly AlertKind[],
): Promise<void> {
  await sql`
    update alert_settings set channel_ids = array_remove(channel_ids, ${channelId}::integer)
    where organization_id = ${organizationId} and ${channelId} = any(channel_ids) and kind <> all(${[...kinds]}::text[])`.execute(
    tx,
  );
  await sql`
    insert into alert_settings (organization_id, kind, enabled, channel_ids)
    select ${organizationId}, kind, true, array[${channelId}::integer] from unnest(${[...kinds]}::text[]) as kind order by kind
    on conflict (organization_id, kind) do update set
      channel_ids = array_append(array_remove(alert_settings.channel_ids, ${channelId}::integer), ${channelId}::integer),
      enabled = alert_settings.enabled or excluded.kind = 'digest'`.execute(tx);
}
