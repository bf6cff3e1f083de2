import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { USAGE_TABLES } from '../projects/usage-tables.ts';

/** Deletes the days of calendars that are no more. One statement sees both tables as of the same moment. */
export async function deleteLeftovers(db: Db, organizationId: number): Promise<void> {
  const projects = await db.selectFrom('projects').select('id').where('organization_id', '=', organizationId).execute();
  for (const { id } of projects) {
    for (const table of ['usage_daily', 'usage_daily_values']) {
      await sql`
        delete from ${sql.id(table)} as day
        where project_id = ${id} and not exists (select from calendars where version = day.calendar_version)`.execute(
        db,
      );
    }
  }
}

/**
 * Deletes what jobs have written of projects that were deleted meanwhile: the second net, as they are closed before. From
 * one project id to the next by the index of each table, so that it costs a look for each project.
 */
export async function deleteOrphans(db: Db): Promise<void> {
  for (const table of ['usage_records', ...USAGE_TABLES]) {
    const { rows } = await sql<{ id: number }>`
      with recursive present (id) as (
        select min(project_id) from ${sql.id(table)}
        union all
        select (select min(project_id) from ${sql.id(table)} where project_id > present.id) from present
        where present.id is not null
      )
      select id from present where id is not null and not exists (select from projects where projects.id = present.id)`.execute(
      db,
    );
    for (const { id } of rows) await sql`delete from ${sql.id(table)} where project_id = ${id}`.execute(db);
  }
}
