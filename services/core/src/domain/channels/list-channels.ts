import { sql } from 'kysely';
import { ALERT_KINDS, type AlertKind } from '../../contract/alerts.ts';
import type { Channel, ChannelKind } from '../../contract/channels.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { formatTimeOfDay } from './quiet-hours.ts';

interface Row {
  id: number;
  kind: ChannelKind;
  name: string;
  enabled: boolean;
  addresses: string[];
  target: string;
  quiet_from: number | null;
  quiet_to: number | null;
  quiet_passes_critical: boolean;
  kinds: AlertKind[];
  budgets: { id: number; name: string }[];
  snoozed_until: Date | null;
  previous_secret_until: Date | null;
  last_attempt_at: Date | null;
  last_delivered_at: Date | null;
  last_code: string | null;
  created_at: Date;
  updated_at: Date;
}

/** The channels of an organization by name, with who uses them. */
export async function listChannels(tx: Db, organizationId: number, now: Date, id?: number): Promise<Channel[]> {
  const { rows } = await sql<Row>`
    select c.id, c.kind, c.name, c.enabled, c.addresses, c.target, c.quiet_from, c.quiet_to, c.quiet_passes_critical,
      c.snoozed_until, c.previous_secret_until, c.last_attempt_at, c.last_delivered_at, c.last_code, c.created_at, c.updated_at,
      array(select s.kind from alert_settings s where s.organization_id = c.organization_id and c.id = any(s.channel_ids)) as kinds,
      coalesce((select jsonb_agg(jsonb_build_object('id', b.id, 'name', b.name) order by b.name, b.id) from budgets b
        where b.organization_id = c.organization_id and c.id = any(b.channel_ids) and b.archived_at is null), '[]') as budgets
    from channels c
    where c.organization_id = ${organizationId} and ${id === undefined ? sql`true` : sql`c.id = ${id}`}
    order by lower(c.name), c.id`.execute(tx);
  return rows.map((row) => toChannel(row, now));
}

/** @throws AppError `not_found` */
export async function readChannel(tx: Db, organizationId: number, now: Date, id: number): Promise<Channel> {
  const [channel] = await listChannels(tx, organizationId, now, id);
  if (!channel) throw new AppError('not_found', `There is no channel ${id}`);
  return channel;
}

function toChannel(row: Row, now: Date): Channel {
  const future = (time: Date | null) => (time && time > now ? time.toISOString() : null);
  const { quiet_from: from, quiet_to: to } = row;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    enabled: row.enabled,
    addresses: row.addresses,
    target: row.target,
    quietHours:
      from === null || to === null
        ? null
        : { start: formatTimeOfDay(from), end: formatTimeOfDay(to), passCritical: row.quiet_passes_critical },
    kinds: ALERT_KINDS.filter((kind) => row.kinds.includes(kind)),
    budgets: row.budgets,
    snoozedUntil: future(row.snoozed_until),
    previousSecretUntil: future(row.previous_secret_until),
    lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
    lastDeliveredAt: row.last_delivered_at?.toISOString() ?? null,
    lastCode: row.last_code,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
