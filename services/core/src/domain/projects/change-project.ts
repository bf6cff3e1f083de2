import type { Project } from '../../contract/accounts.ts';
import type { Tx } from '../../db/scope.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { waitForWriters } from './closed-projects.ts';
import { nameTaken } from './create-project.ts';
import { PROJECT_COLUMNS, toProject } from './projects.ts';

/**
 * Renames a project, allows or forbids captured text in it, archives it or takes it out of the archive. What was captured
 * before stays until it is deleted. After the commit of archiving no record comes in any more, however late it is.
 * @throws AppError `not_found`, `conflict`
 */
export async function changeProject(
  tx: Tx,
  organizationId: number,
  projectId: number,
  change: { name?: string; captureContent?: boolean; archived?: boolean; now: Date },
): Promise<Project> {
  if (change.archived === true) {
    await waitForWriters(tx, projectId);
  }
  const before = await tx
    .selectFrom('projects')
    .select(PROJECT_COLUMNS)
    .where('id', '=', projectId)
    .where('organization_id', '=', organizationId)
    .forUpdate()
    .executeTakeFirst();
  if (!before) throw new AppError('not_found', `There is no project ${projectId}`);
  try {
    const row = await tx
      .updateTable('projects')
      .set({
        name: change.name?.trim() ?? before.name,
        capture_content: change.captureContent ?? before.capture_content,
        archived_at: change.archived === false ? null : (before.archived_at ?? (change.archived ? change.now : null)),
      })
      .where('id', '=', projectId)
      .where('organization_id', '=', organizationId)
      .returning(PROJECT_COLUMNS)
      .executeTakeFirstOrThrow();
    const [was, is] = [toProject(before), toProject(row)];
    const [wasArchived, isArchived] = [was.archivedAt !== null, is.archivedAt !== null];
    if (wasArchived !== isArchived) {
      await audit(tx, organizationId, {
        action: isArchived ? 'project.archived' : 'project.restored',
        targetId: projectId,
        before: { archivedAt: was.archivedAt },
        after: { archivedAt: is.archivedAt },
      });
    }
    if (was.name !== is.name || was.captureContent !== is.captureContent) {
      await audit(tx, organizationId, {
        action: 'project.changed',
        targetId: projectId,
        before: { name: was.name, captureContent: was.captureContent },
        after: { name: is.name, captureContent: is.captureContent },
      });
    }
    return is;
  } catch (error) {
    if (change.name !== undefined && isUniqueViolation(error, 'projects_name_key')) throw nameTaken(change.name);
    throw error;
  }
}
