import type { CreatedApiKey } from '../../contract/accounts.ts';
import type { KeyScope } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { API_KEY_COLUMNS, toApiKey } from './api-keys.ts';
import { hashKeySecret, makeSecret, visiblePrefix } from './key-secret.ts';

export interface NewKey {
  projectId: number;
  name: string;
  createdBy?: number;
  /** Default: `ingest`. */
  scopes?: readonly KeyScope[];
  expiresAt?: Date | null;
}

/**
 * Makes a key for a project of the organization. The secret is returned this once and stored only as its hash.
 * @throws AppError `not_found` when the organization has no such project; `project_archived`
 */
export async function createApiKey(tx: Db, organizationId: number, input: NewKey): Promise<CreatedApiKey> {
  const created = await insertKey(tx, organizationId, input);
  await audit(tx, organizationId, {
    action: 'key.created',
    targetId: created.key.id,
    after: {
      projectId: input.projectId,
      name: created.key.name,
      scopes: created.key.scopes,
      expiresAt: created.key.expiresAt,
    },
  });
  return created;
}

/** As `createApiKey`, without a word in the audit log. */
export async function insertKey(
  tx: Db,
  organizationId: number,
  input: NewKey & { replaces?: number },
): Promise<CreatedApiKey> {
  const project = await tx
    .selectFrom('projects')
    .select(['id', 'archived_at'])
    .where('id', '=', input.projectId)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!project) throw new AppError('not_found', `There is no project ${input.projectId}`);
  if (project.archived_at) throw new AppError('project_archived', 'An archived project needs no new keys');
  const secret = makeSecret('tgk_');
  const row = await tx
    .insertInto('api_keys')
    .values({
      project_id: project.id,
      name: input.name.trim(),
      prefix: visiblePrefix(secret),
      hash: hashKeySecret(secret),
      created_by: input.createdBy ?? null,
      scopes: [...(input.scopes ?? ['ingest'])],
      expires_at: input.expiresAt ?? null,
      replaces: input.replaces ?? null,
    })
    .returning(API_KEY_COLUMNS)
    .executeTakeFirstOrThrow();
  return { key: toApiKey(row), secret };
}
