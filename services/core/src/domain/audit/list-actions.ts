import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';

/** The actions that the organization's audit log tells of, in the order of their names. */
export async function listAuditActions(tx: Db, organizationId: number): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`
    select distinct action from audit_log where organization_id = ${organizationId} order by action`.execute(tx);
  return rows.map(({ action }) => action);
}
