import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { Person } from '../privacy/person.ts';

/**
 * Takes somebody out of an organization's analyses: findings then have a pseudonym that stands for nobody. What was
 * shown, waits to be sent or is being worked on is deleted, since a captured text in it may be theirs, and a run would write
 * down the names that it began with. A request that is under way is broken off; what it used is recorded all the same.
 */
export async function forgetInAnalyses(db: Db, organizationId: number, person: Person): Promise<void> {
  await sql`
    delete from analyses where organization_id = ${organizationId} and state in ('draft', 'queued', 'running')`.execute(
    db,
  );
  await sql`
    update analyses set names = (
        select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(names)
        where not (value ->> 'kind' = ${person.kind} and value ->> 'value' = ${person.value}))
    where organization_id = ${organizationId} and names <> '{}'`.execute(db);
}
