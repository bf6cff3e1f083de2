import type { ApiKey } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { API_KEY_COLUMNS, toApiKey } from './api-keys.ts';

/** The keys of a project, the newest first, revoked ones included. */
export async function listApiKeys(tx: Db, organizationId: number, projectId: number): Promise<ApiKey[]> {
  const rows = await tx
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .select(API_KEY_COLUMNS.map((column) => `api_keys.${column}` as const))
    .where('projects.organization_id', '=', organizationId)
    .where('api_keys.project_id', '=', projectId)
    .orderBy('api_keys.id', 'desc')
    .execute();
  return rows.map(toApiKey);
}
