import type { Project } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError } from '../../errors.ts';
import { nameTaken } from './create-project.ts';
import { PROJECT_COLUMNS, toProject } from './projects.ts';

/**
 * Renames a project, or allows or forbids captured text in it. What was captured before stays until it is deleted.
 * @throws AppError `not_found`, `conflict`
 */
export async function changeProject(
  tx: Db,
  organizationId: number,
  projectId: number,
  change: { name?: string; captureContent?: boolean },
): Promise<Project> {
  try {
    const row = await tx
      .updateTable('projects')
      .set({
        ...(change.name === undefined ? {} : { name: change.name.trim() }),
        ...(change.captureContent === undefined ? {} : { capture_content: change.captureContent }),
        // An empty change is a change of nothing, not an error.
        organization_id: organizationId,
      })
      .where('id', '=', projectId)
      .where('organization_id', '=', organizationId)
      .returning(PROJECT_COLUMNS)
      .executeTakeFirst();
    if (!row) throw new AppError('not_found', `There is no project ${projectId}`);
    return toProject(row);
  } catch (error) {
    if (change.name !== undefined && isUniqueViolation(error, 'projects_name_key')) throw nameTaken(change.name);
    throw error;
  }
}
