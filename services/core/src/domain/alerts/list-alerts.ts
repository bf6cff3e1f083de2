import { type RawBuilder, sql } from 'kysely';
import type {
  AlertDetail,
  AlertDriver,
  AlertFact,
  AlertKind,
  AlertPage,
  AlertQuery,
  AlertSeverity,
  AlertState,
  AlertSummary,
} from '../../contract/alerts.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { deliveriesOfAlert } from './read-deliveries.ts';

interface Organization {
  id: number;
  timeZone: string;
}

interface Row {
  id: number;
  kind: AlertKind;
  severity: AlertSeverity;
  title: string;
  text: string[];
  facts: AlertFact[];
  drivers: AlertDriver[];
  path: string;
  budget_id: number | null;
  budget_name: string | null;
  project_id: number | null;
  project_name: string | null;
  occurred_at: Date;
  raised_at: Date;
  state: AlertState;
  acknowledged_at: Date | null;
  acknowledged_by: number | null;
  acknowledged_name: string | null;
  resolved_at: Date | null;
  resolved_by: number | null;
  resolved_name: string | null;
  snoozed_until: Date | null;
  delivered: number;
  waiting: number;
  failed: number;
}

const DEFAULT_LIMIT = 50;

/** The inbox and the history, the newest first, in pages. */
export async function listAlerts(tx: Db, organization: Organization, query: AlertQuery, now: Date): Promise<AlertPage> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const conditions = [
    stateIs(query.state, now),
    ...(query.kind === undefined ? [] : [sql`a.kind = ${query.kind}`]),
    ...(query.severity === undefined ? [] : [sql`a.severity = ${query.severity}`]),
    ...(query.projectId === undefined ? [] : [sql`a.project_id = ${query.projectId}`]),
    ...(query.budgetId === undefined ? [] : [sql`a.budget_id = ${query.budgetId}`]),
    ...(query.cursor === undefined ? [] : [sql`a.id < ${Number(query.cursor)}`]),
  ];
  const rows = await select(tx, organization.id, sql.join(conditions, sql` and `), limit + 1);
  const { rows: counts } = await sql<{ open: number; acknowledged: number; snoozed: number }>`
    select count(*) filter (where state = 'open' and not snoozed)::integer as open,
      count(*) filter (where state = 'acknowledged' and not snoozed)::integer as acknowledged,
      count(*) filter (where snoozed)::integer as snoozed
    from (select state, coalesce(snoozed_until > ${now}, false) as snoozed from alerts
      where organization_id = ${organization.id} and state <> 'resolved') as active`.execute(tx);
  const page = rows.slice(0, limit);
  return {
    timeZone: organization.timeZone,
    alerts: page.map((row) => toSummary(row, now)),
    nextCursor: rows.length > limit ? String(page.at(-1)?.id) : null,
    counts: counts[0] ?? { open: 0, acknowledged: 0, snoozed: 0 },
  };
}

/**
 * One alert, and who was told of it.
 * @throws AppError `not_found`
 */
export async function readAlert(tx: Db, organization: Organization, id: number, now: Date): Promise<AlertDetail> {
  const [row] = await select(tx, organization.id, sql`a.id = ${id}`, 1);
  if (!row) throw new AppError('not_found', `There is no alert ${id}`);
  return {
    timeZone: organization.timeZone,
    alert: toSummary(row, now),
    deliveries: await deliveriesOfAlert(tx, organization.id, id),
  };
}

function stateIs(state: AlertQuery['state'], now: Date): RawBuilder<unknown> {
  const snoozed = sql`coalesce(a.snoozed_until > ${now}, false)`;
  if (state === undefined) return sql`true`;
  if (state === 'active') return sql`a.state <> 'resolved' and not ${snoozed}`;
  if (state === 'snoozed') return sql`a.state <> 'resolved' and ${snoozed}`;
  return sql`a.state = ${state}`;
}

async function select(tx: Db, organizationId: number, where: RawBuilder<unknown>, limit: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select a.id, a.kind, a.severity, a.title, a.text, a.facts, a.drivers, a.path, a.budget_id, b.name as budget_name, a.project_id,
      p.name as project_name, a.occurred_at, a.raised_at, a.state, a.acknowledged_at, a.acknowledged_by,
      acknowledger.name as acknowledged_name, a.resolved_at, a.resolved_by, resolver.name as resolved_name, a.snoozed_until,
      sent.delivered, sent.waiting, sent.failed
    from alerts a
    left join budgets b on b.id = a.budget_id
    left join projects p on p.id = a.project_id
    left join users acknowledger on acknowledger.id = a.acknowledged_by
    left join users resolver on resolver.id = a.resolved_by
    cross join lateral (
      select count(*) filter (where d.state = 'delivered')::integer as delivered,
        count(*) filter (where d.state in ('queued', 'held'))::integer as waiting,
        count(*) filter (where d.state = 'failed')::integer as failed
      from alert_deliveries d where d.alert_id = a.id) as sent
    where a.organization_id = ${organizationId} and ${where}
    order by a.id desc limit ${limit}`.execute(tx);
  return rows;
}

function toSummary(row: Row, now: Date): AlertSummary {
  const person = (id: number | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });
  return {
    id: row.id,
    kind: row.kind,
    severity: row.severity,
    title: row.title,
    text: row.text,
    facts: row.facts,
    drivers: row.drivers,
    path: row.path,
    budget: person(row.budget_id, row.budget_name),
    project: person(row.project_id, row.project_name),
    occurredAt: row.occurred_at.toISOString(),
    raisedAt: row.raised_at.toISOString(),
    state: row.state,
    acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
    acknowledgedBy: person(row.acknowledged_by, row.acknowledged_name),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    resolvedBy: person(row.resolved_by, row.resolved_name),
    snoozedUntil: row.snoozed_until && row.snoozed_until > now ? row.snoozed_until.toISOString() : null,
    deliveries: { delivered: row.delivered, waiting: row.waiting, failed: row.failed },
  };
}
