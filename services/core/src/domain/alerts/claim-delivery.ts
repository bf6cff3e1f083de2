import { sql } from 'kysely';
import { MINUTE, SECOND } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { AlertDriver, AlertFact, AlertKind, AlertSeverity, DeliveryEvent } from '../../contract/alerts.ts';
import type { ChannelKind } from '../../contract/channels.ts';
import type { Db } from '../../db/connection.ts';
import { quietUntil } from '../channels/quiet-hours.ts';
import type { WaitingDelivery } from './queue-deliveries.ts';

/** Longer than a request takes, or as many mails as go out at once; renewed for the next ones. */
const CLAIM_MS = MINUTE;
/** Clocks of a worker and of those who queued differ. */
const EARLY_MS = SECOND;

/** A delivery with its channel and its alert. */
export interface ClaimedDelivery extends WaitingDelivery {
  organization_id: number;
  organization_name: string;
  time_zone: string;
  deleting: boolean;
  alert_id: number | null;
  event: DeliveryEvent;
  state: 'queued' | 'held' | 'delivered' | 'failed';
  attempts_before: number;
  claimed_until: Date | null;
  forced: boolean;
  reached: string[];
  /** Of the delivery that raised the alert here. */
  incident_id: string;
  /** What must be told before. */
  predecessor_at: Date | null;

  channel_id: number | null;
  kind: ChannelKind;
  enabled: boolean;
  addresses: string[];
  sealed: Buffer | null;
  quiet_from: number | null;
  quiet_to: number | null;
  quiet_passes_critical: boolean;
  channel_snoozed_until: Date | null;
  previous_secret_until: Date | null;

  alert_kind: AlertKind;
  severity: AlertSeverity;
  title: string;
  text: string[];
  facts: AlertFact[];
  drivers: AlertDriver[];
  path: string;
  occurred_at: Date;
  acknowledged_at: Date | null;
  resolved_at: Date | null;
  alert_snoozed_until: Date | null;
  kind_snoozed_until: Date | null;
}

export type Claim =
  /** It is done, somebody is at it, or its time has not come and a job waits for that. */
  | { outcome: 'none' }
  | { outcome: 'later'; delivery: WaitingDelivery }
  | { outcome: 'claimed'; delivery: ClaimedDelivery };

/** Takes a delivery for one attempt, or holds it back. */
export async function claimDelivery(tx: Db, id: string, now: Date): Promise<Claim> {
  const delivery = await lock(tx, id);
  if (!delivery || delivery.next_attempt_at.getTime() > now.getTime() + EARLY_MS) return { outcome: 'none' };
  if (delivery.claimed_until && delivery.claimed_until > now) return { outcome: 'none' };
  if (delivery.predecessor_at) {
    const at = new Date(Math.max(delivery.predecessor_at.getTime(), now.getTime()) + MINUTE);
    return { outcome: 'later', delivery: await postpone(tx, id, 'queued', at, null) };
  }
  const hold = delivery.forced || delivery.event === 'test' ? undefined : whyHeld(delivery, now);
  if (hold) return { outcome: 'later', delivery: await postpone(tx, id, 'held', hold.until, hold.by) };
  if (delivery.claimed_until) await noteInterrupted(tx, delivery, now);
  await sql`
    update alert_deliveries set state = 'queued', held_by = null, attempts = attempts + 1,
      claimed_until = ${new Date(now.getTime() + CLAIM_MS)}
    where id = ${id}`.execute(tx);
  return { outcome: 'claimed', delivery: { ...delivery, attempts: delivery.attempts + 1 } };
}

async function lock(tx: Db, id: string): Promise<ClaimedDelivery | undefined> {
  const { rows } = await sql<ClaimedDelivery>`
    select d.id, d.organization_id, d.alert_id, d.event, d.state, d.attempts, d.attempts_before, d.next_attempt_at,
      d.claimed_until, d.forced, d.reached,
      coalesce((select first.id from alert_deliveries first where first.alert_id = d.alert_id and first.channel_id = d.channel_id
        and first.event = 'raised'), d.id) as incident_id,
      (select min(before.next_attempt_at) from alert_deliveries before where before.alert_id = d.alert_id
        and before.channel_id = d.channel_id and before.id <> d.id and before.state in ('queued', 'held')
        and (before.event = 'raised' or (before.event = 'acknowledged' and d.event = 'resolved'))) as predecessor_at,
      o.name as organization_name, o.time_zone, o.deleting_at is not null as deleting,
      c.id as channel_id, d.channel_kind as kind, coalesce(c.enabled, false) as enabled, coalesce(c.addresses, '{}') as addresses,
      c.sealed, c.quiet_from, c.quiet_to, c.quiet_passes_critical, c.snoozed_until as channel_snoozed_until,
      c.previous_secret_until,
      a.kind as alert_kind, a.severity, a.title, a.text, a.facts, a.drivers, a.path, a.occurred_at, a.acknowledged_at,
      a.resolved_at, a.snoozed_until as alert_snoozed_until, s.snoozed_until as kind_snoozed_until
    from alert_deliveries d
    join organizations o on o.id = d.organization_id
    left join channels c on c.id = d.channel_id
    left join alerts a on a.id = d.alert_id
    left join alert_settings s on s.organization_id = d.organization_id and s.kind = a.kind
    where d.id = ${id} and d.state in ('queued', 'held')
    for update of d skip locked`.execute(tx);
  return rows[0];
}

type HeldBy = 'quiet_hours' | 'channel_snoozed' | 'kind_snoozed' | 'alert_snoozed';

/** What holds it back the longest. */
function whyHeld(delivery: ClaimedDelivery, now: Date): { until: Date; by: HeldBy } | undefined {
  const { quiet_from: from, quiet_to: to, severity } = delivery;
  const passes = severity === 'critical' && delivery.quiet_passes_critical;
  const quiet = from === null || to === null || passes ? undefined : quietUntil({ from, to }, delivery.time_zone, now);
  const reasons: [HeldBy, Date | null | undefined][] = [
    ['alert_snoozed', delivery.alert_snoozed_until],
    ['kind_snoozed', delivery.kind_snoozed_until],
    ['channel_snoozed', delivery.channel_snoozed_until],
    ['quiet_hours', quiet],
  ];
  const [longest] = reasons
    .flatMap(([by, until]) => (until && until > now ? [{ by, until }] : []))
    .sort((a, b) => b.until.getTime() - a.until.getTime());
  return longest;
}

async function postpone(
  tx: Db,
  id: string,
  state: 'queued' | 'held',
  at: Date,
  by: HeldBy | null,
): Promise<WaitingDelivery> {
  const { rows } = await sql<WaitingDelivery>`
    update alert_deliveries set state = ${state}, held_by = ${by}, next_attempt_at = ${at}, claimed_until = null where id = ${id}
    returning id, attempts, next_attempt_at`.execute(tx);
  return rows[0] as WaitingDelivery;
}

/**
 * Keeps a delivery that takes long, and notes who has it by now.
 * @returns whether it is still this attempt's: else somebody has taken it over, and sends it
 */
export async function renewClaim(
  ctx: Context,
  { id, attempts }: ClaimedDelivery,
  reached: readonly string[],
): Promise<boolean> {
  const claimedUntil = new Date(ctx.clock.now().getTime() + CLAIM_MS);
  const { rows } = await sql`
    update alert_deliveries set claimed_until = ${claimedUntil}, reached = ${[...reached]}::text[]
    where id = ${id} and attempts = ${attempts} and state = 'queued'
    returning id`.execute(ctx.db);
  return rows.length > 0;
}

/** Whoever had it is gone, and nobody knows how far they came. */
async function noteInterrupted(tx: Db, { id, attempts }: ClaimedDelivery, now: Date): Promise<void> {
  await sql`
    insert into alert_delivery_attempts (delivery_id, attempt, organization_id, at, duration_ms, code)
    select id, ${attempts}, organization_id, ${now}, 0, 'interrupted' from alert_deliveries where id = ${id}
    on conflict (delivery_id, attempt) do nothing`.execute(tx);
}
