import type { ApiKey } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { API_KEY_COLUMNS, toApiKey } from './api-keys.ts';

/**
 * The keys of a project, the newest first, revoked ones included.
 * @throws AppError `not_found` when the organization has no such project
 */
export async function listApiKeys(tx: Db, organizationId: number, projectId: number): Promise<ApiKey[]> {
  const project = await tx
    .selectFrom('projects')
    .select('id')
    .where('id', '=', projectId)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!project) throw new AppError('not_found', `There is no project ${projectId}`);
  const rows = await tx
    .selectFrom('api_keys')
    .select(API_KEY_COLUMNS)
    .where('project_id', '=', project.id)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toApiKey);
}
