import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';

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

/** Deletes what derivation has written of projects that were deleted meanwhile. */
export async function deleteOrphans(db: Db): Promise<void> {
  for (const table of ['usage_daily', 'usage_daily_values', 'usage_touched']) {
    await sql`
      delete from ${sql.id(table)} as row
      where not exists (select from projects where id = row.project_id)`.execute(db);
  }
}
