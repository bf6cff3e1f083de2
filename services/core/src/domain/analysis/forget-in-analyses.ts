import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';

/**
 * Takes somebody out of an organization's analyses: findings then have a pseudonym that stands for nobody. What was shown or
 * waits to be sent is deleted, since a captured text in it may be theirs.
 */
export async function forgetInAnalyses(
  db: Db,
  organizationId: number,
  person: { kind: 'user' | 'customer'; value: string },
): Promise<void> {
  await sql`
    delete from analyses where organization_id = ${organizationId} and state in ('draft', 'queued')`.execute(db);
  await sql`
    update analyses set names = (
        select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(names)
        where not (value ->> 'kind' = ${person.kind} and value ->> 'value' = ${person.value}))
    where organization_id = ${organizationId} and names <> '{}'`.execute(db);
}
