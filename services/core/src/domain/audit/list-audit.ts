import { sql } from 'kysely';
import type { AuditPage, AuditQuery } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import { readInstant } from '../usage/read-period.ts';

const DEFAULT_LIMIT = 50;

interface Row {
  id: bigint;
  at: Date;
  actor: 'user' | 'key' | 'system';
  user_id: number | null;
  key_id: number | null;
  actor_name: string | null;
  address: string | null;
  action: string;
  target: string;
  target_id: number | null;
  target_name: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/**
 * The audit log, the newest first, in pages. Names are those of today: of what is gone there is none.
 * @throws AppError `invalid_request` for a time that is none
 */
export async function listAudit(tx: Db, organizationId: number, query: AuditQuery): Promise<AuditPage> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const conditions = [
    sql`line.organization_id = ${organizationId}`,
    ...(query.from === undefined ? [] : [sql`line.at >= ${readInstant('from', query.from)}`]),
    ...(query.to === undefined ? [] : [sql`line.at < ${readInstant('to', query.to)}`]),
    ...(query.userId === undefined ? [] : [sql`line.user_id = ${query.userId}`]),
    ...(query.cursor === undefined ? [] : [sql`line.id < ${query.cursor}::bigint`]),
    ...(query.action === undefined
      ? []
      : [query.action.includes('.') ? sql`line.action = ${query.action}` : sql`line.target = ${query.action}`]),
  ];
  const { rows } = await sql<Row>`
    select line.id, line.at, line.actor, line.user_id, line.key_id, coalesce(person.name, actor_key.name) as actor_name,
      host(line.address) as address, line.action, line.target, line.target_id,
      coalesce(project.name, target_key.name, target_person.name) as target_name, line.before, line.after
    from audit_log line
    left join users person on person.id = line.user_id
    left join api_keys actor_key on actor_key.id = line.key_id
    left join projects project on line.target = 'project' and project.id = line.target_id
    left join api_keys target_key on line.target = 'key' and target_key.id = line.target_id
    left join users target_person on line.target in ('member', 'account') and target_person.id = line.target_id
    where ${sql.join(conditions, sql` and `)}
    order by line.id desc
    limit ${limit + 1}`.execute(tx);
  const page = rows.slice(0, limit);
  return {
    lines: page.map((row) => ({
      id: String(row.id),
      at: row.at.toISOString(),
      actor: { kind: row.actor, id: row.key_id ?? row.user_id, name: row.actor_name, address: row.address },
      action: row.action,
      target: { kind: row.target, id: row.target_id, name: row.target_name },
      before: row.before,
      after: row.after,
    })),
    nextCursor: rows.length > limit ? String(page.at(-1)?.id) : null,
  };
}
