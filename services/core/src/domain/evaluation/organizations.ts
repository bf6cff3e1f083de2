import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';

/** An organization with the projects of which people want to know: those of the demo are not their money. */
export interface WatchedOrganization {
  id: number;
  timeZone: string;
  projectIds: readonly number[];
}

/** Those that may have something to be told: budgets that count, or alerts of such that may be over. */
export async function organizationsWithBudgets(db: Db): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select organization_id as id from budgets where archived_at is null
    union select organization_id from alerts where kind = 'budget_threshold' and state <> 'resolved'
    order by id`.execute(db);
  return rows.map(({ id }) => id);
}

/** Nobody who sent nothing for that long is silent: they have stopped. */
const ACTIVE_MS = 60 * DAY;

export async function activeOrganizations(db: Db, now: Date): Promise<WatchedOrganization[]> {
  const { rows } = await sql<{ id: number; time_zone: string; project_ids: number[] }>`
    select o.id, o.time_zone, array_agg(p.id order by p.id) as project_ids
    from organizations o join projects p on p.organization_id = o.id
    where not p.demo and exists (
      select from usage_15m u where u.project_id = p.id and u.bucket >= ${new Date(now.getTime() - ACTIVE_MS)})
    group by o.id order by o.id`.execute(db);
  return rows.map((row) => ({ id: row.id, timeZone: row.time_zone, projectIds: row.project_ids }));
}
