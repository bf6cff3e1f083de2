import { HOUR } from '../../clock.ts';
import type { CreatedApiKey } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { insertKey } from './create-api-key.ts';

/**
 * A new key in place of another one: of the same name, scopes and length of life. The old one goes on for some hours, so that
 * programs change over without a gap, and not longer than it would have.
 * @throws AppError `not_found`; `conflict` for a key that is over
 */
export async function rotateApiKey(
  tx: Db,
  organizationId: number,
  input: { projectId: number; keyId: number; overlapHours: number; createdBy: number; now: Date },
): Promise<CreatedApiKey> {
  const old = await tx
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .select(['api_keys.id', 'api_keys.name', 'scopes', 'api_keys.created_at', 'expires_at', 'revoked_at'])
    .where('api_keys.id', '=', input.keyId)
    .where('api_keys.project_id', '=', input.projectId)
    .where('projects.organization_id', '=', organizationId)
    .forUpdate('api_keys')
    .executeTakeFirst();
  if (!old) throw new AppError('not_found', `There is no key ${input.keyId} in this project`);
  const { now } = input;
  if (old.revoked_at !== null || (old.expires_at !== null && old.expires_at <= now)) {
    throw new AppError('conflict', 'This key is over: create a new one');
  }
  const lifeMs = old.expires_at && old.expires_at.getTime() - old.created_at.getTime();
  const created = await insertKey(tx, organizationId, {
    projectId: input.projectId,
    name: old.name,
    createdBy: input.createdBy,
    scopes: old.scopes,
    expiresAt: lifeMs === null ? null : new Date(now.getTime() + lifeMs),
    replaces: old.id,
  });
  const wanted = new Date(now.getTime() + input.overlapHours * HOUR);
  const until = old.expires_at !== null && old.expires_at < wanted ? old.expires_at : wanted;
  await tx.updateTable('api_keys').set({ expires_at: until }).where('id', '=', old.id).execute();
  await audit(tx, organizationId, {
    action: 'key.rotated',
    targetId: old.id,
    before: { expiresAt: old.expires_at },
    after: { expiresAt: until, newKeyId: created.key.id },
  });
  return created;
}
