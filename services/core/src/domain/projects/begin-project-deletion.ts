import { sql } from 'kysely';
import type { Deletion } from '../../contract/teams.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { queueDeletion } from '../privacy/deletions.ts';

/**
 * Closes a project for good and queues the deletion of what is in it. From the commit on it is seen nowhere, and takes no
 * record, whatever keys its senders still have.
 * @throws AppError `not_found`; `invalid_request` when `name` is not the project's
 */
export async function beginProjectDeletion(
  tx: Tx,
  actor: { organizationId: number; userId: number },
  input: { projectId: number; name: string; now: Date },
): Promise<Deletion> {
  const { organizationId } = actor;
  const { projectId, now } = input;
  const project = await tx
    .selectFrom('projects')
    .select('name')
    .where('id', '=', projectId)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!project) throw new AppError('not_found', `There is no project ${projectId}`);
  if (project.name !== input.name.trim()) throw invalidField('name', 'is not the name of this project');
  const { rows } = await sql<{ begun: boolean }>`
    select begin_project_deletion(${projectId}, ${now}) as begun`.execute(tx);
  if (rows[0]?.begun !== true) throw new AppError('not_found', `There is no project ${projectId}`);
  await audit(tx, organizationId, { action: 'project.deletion_started', targetId: projectId });
  return queueDeletion(tx, actor, { kind: 'project', projectId, now });
}
