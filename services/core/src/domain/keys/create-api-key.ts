import type { ApiKey, CreatedApiKey } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { hashKeySecret, makeKeySecret, visiblePrefix } from './key-secret.ts';

/**
 * Makes a key for a project of the organization. The secret is returned this once and stored only as its hash.
 * @throws AppError `not_found` when the organization has no such project
 */
export async function createApiKey(
  tx: Db,
  organizationId: number,
  input: { projectId: number; name: string; createdBy?: number },
): Promise<CreatedApiKey> {
  const project = await tx
    .selectFrom('projects')
    .select('id')
    .where('id', '=', input.projectId)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!project) throw new AppError('not_found', `There is no project ${input.projectId}`);
  const secret = makeKeySecret();
  const row = await tx
    .insertInto('api_keys')
    .values({
      project_id: project.id,
      name: input.name.trim(),
      prefix: visiblePrefix(secret),
      hash: hashKeySecret(secret),
      created_by: input.createdBy ?? null,
    })
    .returning(API_KEY_COLUMNS)
    .executeTakeFirstOrThrow();
  return { key: toApiKey(row), secret };
}

export const API_KEY_COLUMNS = ['id', 'name', 'prefix', 'created_at', 'last_used_at', 'revoked_at'] as const;

export function toApiKey(row: {
  id: number;
  name: string;
  prefix: string;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
