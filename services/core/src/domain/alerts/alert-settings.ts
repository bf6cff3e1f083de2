import { sql } from 'kysely';
import { ALERT_KINDS, type AlertKind } from '../../contract/alerts.ts';
import type { Db } from '../../db/connection.ts';

/** What an organization wants to know of a kind. What a kind has no use for is `null`. */
export interface AlertKindSettings {
  enabled: boolean;
  channelIds: readonly number[];
  /** Until then its deliveries wait. */
  snoozedUntil: Date | null;
  /** `spend_anomaly`: what must have been spent above the usual. */
  minimumPicoUsd: bigint | null;
  /** `error_rate`: how many calls there must have been. */
  minimumCalls: number | null;
  /** `error_rate`: how many percent of them must have failed. */
  minimumPercent: number | null;
  /** `ingest_silent`: for how long nothing must have come. */
  silentHours: number | null;
}

const NOTHING = {
  enabled: true,
  channelIds: [],
  snoozedUntil: null,
  minimumPicoUsd: null,
  minimumCalls: null,
  minimumPercent: null,
  silentHours: null,
} as const satisfies AlertKindSettings;

/** Where nobody has said anything else. The digest is for those who ask for it. */
export const DEFAULT_SETTINGS: Readonly<Record<AlertKind, AlertKindSettings>> = {
  budget_threshold: NOTHING,
  budget_forecast: NOTHING,
  spend_anomaly: { ...NOTHING, minimumPicoUsd: 10n ** 12n / 2n },
  unpriced_model: NOTHING,
  price_changed: NOTHING,
  error_rate: { ...NOTHING, minimumCalls: 50, minimumPercent: 10 },
  ingest_silent: { ...NOTHING, silentHours: 6 },
  digest: { ...NOTHING, enabled: false },
};

export type AlertSettingsByKind = Record<AlertKind, AlertKindSettings>;

interface Row {
  kind: AlertKind;
  enabled: boolean;
  channel_ids: number[];
  snoozed_until: Date | null;
  minimum_pico_usd: string | null;
  minimum_calls: number | null;
  minimum_percent: number | null;
  silent_hours: number | null;
}

/** The settings of every kind. */
export async function readAlertSettings(db: Db, organizationId: number): Promise<AlertSettingsByKind> {
  const { rows } = await sql<Row>`
    select kind, enabled, channel_ids, snoozed_until, minimum_pico_usd::text as minimum_pico_usd, minimum_calls, minimum_percent,
      silent_hours
    from alert_settings where organization_id = ${organizationId}`.execute(db);
  const written = new Map(rows.map((row) => [row.kind, row]));
  const settings = ALERT_KINDS.map((kind) => [kind, toSettings(DEFAULT_SETTINGS[kind], written.get(kind))] as const);
  return Object.fromEntries(settings) as AlertSettingsByKind;
}

function toSettings(defaults: AlertKindSettings, row: Row | undefined): AlertKindSettings {
  if (!row) return defaults;
  return {
    enabled: row.enabled,
    channelIds: row.channel_ids,
    snoozedUntil: row.snoozed_until,
    minimumPicoUsd: row.minimum_pico_usd === null ? defaults.minimumPicoUsd : BigInt(row.minimum_pico_usd),
    minimumCalls: row.minimum_calls ?? defaults.minimumCalls,
    minimumPercent: row.minimum_percent ?? defaults.minimumPercent,
    silentHours: row.silent_hours ?? defaults.silentHours,
  };
}
