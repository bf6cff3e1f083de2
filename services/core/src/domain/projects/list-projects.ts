import type { Project } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { PROJECT_COLUMNS, toProject } from './projects.ts';

/** The organization's projects by age. */
export async function listProjects(tx: Db, organizationId: number): Promise<Project[]> {
  const rows = await tx
    .selectFrom('projects')
    .select(PROJECT_COLUMNS)
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .execute();
  return rows.map(toProject);
}
