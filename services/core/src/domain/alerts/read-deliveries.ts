import { type RawBuilder, sql } from 'kysely';
import type {
  AlertDelivery,
  AlertKind,
  DeliveryCode,
  DeliveryEvent,
  DeliveryPage,
  DeliveryQuery,
  DeliveryState,
} from '../../contract/alerts.ts';
import type { Db } from '../../db/connection.ts';
import { AppError, invalidField } from '../../errors.ts';

interface Row {
  id: string;
  alert_id: number | null;
  alert_kind: AlertKind | null;
  alert_title: string | null;
  channel_id: number | null;
  channel_kind: string;
  channel_name: string;
  event: DeliveryEvent;
  state: DeliveryState;
  attempts: number;
  next_attempt_at: Date;
  held_by: AlertDelivery['heldBy'];
  last_status: number | null;
  last_code: DeliveryCode | null;
  created_at: Date;
  finished_at: Date | null;
}

interface AttemptRow {
  delivery_id: string;
  at: Date;
  duration_ms: number;
  status: number | null;
  code: DeliveryCode | null;
}

const DEFAULT_LIMIT = 50;

/** @throws AppError `not_found` */
export async function readDelivery(tx: Db, organizationId: number, id: string): Promise<AlertDelivery> {
  const [delivery] = await select(tx, organizationId, sql`d.id = ${id}`, sql`d.created_at`, 1);
  if (!delivery) throw new AppError('not_found', 'There is no such delivery');
  return delivery;
}

/** Those of an alert, in the order in which they were made. */
export const deliveriesOfAlert = (tx: Db, organizationId: number, alertId: number): Promise<AlertDelivery[]> =>
  select(tx, organizationId, sql`d.alert_id = ${alertId}`, sql`d.created_at, d.channel_id, d.id`, 1_000);

/**
 * Deliveries, the newest first, in pages.
 * @throws AppError `invalid_request` for a cursor that is none
 */
export async function listDeliveries(tx: Db, organizationId: number, query: DeliveryQuery): Promise<DeliveryPage> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const conditions = [
    sql`true`,
    ...(query.channelId === undefined ? [] : [sql`d.channel_id = ${query.channelId}`]),
    ...(query.state === undefined ? [] : [sql`d.state = ${query.state}`]),
    ...(query.cursor === undefined ? [] : [after(query.cursor)]),
  ];
  const order = sql`d.created_at desc, d.id desc`;
  const found = await select(tx, organizationId, sql.join(conditions, sql` and `), order, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { deliveries: page, nextCursor: found.length > limit && last ? `${last.createdAt}_${last.id}` : null };
}

function after(cursor: string): RawBuilder<unknown> {
  const [, time, id] = /^([\d:.TZ-]{24})_([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (time === undefined || id === undefined || Number.isNaN(Date.parse(time))) {
    throw invalidField('cursor', 'is not one of this list');
  }
  return sql`(d.created_at, d.id) < (${time}::timestamptz, ${id}::uuid)`;
}

async function select(
  tx: Db,
  organizationId: number,
  where: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
): Promise<AlertDelivery[]> {
  const { rows } = await sql<Row>`
    select d.id, d.alert_id, a.kind as alert_kind, a.title as alert_title, d.channel_id, d.channel_kind,
      coalesce(c.name, d.channel_name) as channel_name, d.event, d.state, d.attempts, d.next_attempt_at, d.held_by, d.last_status,
      d.last_code, d.created_at, d.finished_at
    from alert_deliveries d left join alerts a on a.id = d.alert_id left join channels c on c.id = d.channel_id
    where d.organization_id = ${organizationId} and ${where}
    order by ${order} limit ${limit}`.execute(tx);
  const { rows: attempts } = await sql<AttemptRow>`
    select delivery_id, at, duration_ms, status, code from alert_delivery_attempts
    where organization_id = ${organizationId} and delivery_id = any(${rows.map(({ id }) => id)}::uuid[])
    order by delivery_id, attempt`.execute(tx);
  const logs = Map.groupBy(attempts, ({ delivery_id }) => delivery_id);
  return rows.map((row) => toDelivery(row, logs.get(row.id) ?? []));
}

function toDelivery(row: Row, log: readonly AttemptRow[]): AlertDelivery {
  const waits = row.state === 'queued' || row.state === 'held';
  return {
    id: row.id,
    alert:
      row.alert_id === null || row.alert_kind === null
        ? null
        : { id: row.alert_id, kind: row.alert_kind, title: row.alert_title ?? '' },
    channel: { id: row.channel_id, kind: row.channel_kind, name: row.channel_name },
    event: row.event,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: waits ? row.next_attempt_at.toISOString() : null,
    heldBy: row.held_by,
    lastStatus: row.last_status,
    lastCode: row.last_code,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    log: log.map(({ at, duration_ms, status, code }) => ({
      at: at.toISOString(),
      durationMs: duration_ms,
      status,
      code,
    })),
  };
}
