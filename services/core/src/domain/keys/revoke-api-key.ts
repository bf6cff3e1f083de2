import type { Redis } from 'ioredis';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { audit } from '../audit/audit.ts';

/** Ingests listen here and drop what they have cached of keys and projects. */
export const KEYS_CHANGED_CHANNEL = 'tokengrip:keys-changed';

/**
 * Ends a key for good. Once more changes nothing.
 * @throws AppError `not_found` when the project of the organization has no such key
 */
export async function revokeApiKey(
  tx: Db,
  organizationId: number,
  input: { projectId: number; keyId: number; now: Date },
): Promise<void> {
  const key = await tx
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .select(['api_keys.name', 'api_keys.revoked_at'])
    .where('api_keys.id', '=', input.keyId)
    .where('api_keys.project_id', '=', input.projectId)
    .where('projects.organization_id', '=', organizationId)
    .forUpdate('api_keys')
    .executeTakeFirst();
  if (!key) throw new AppError('not_found', `There is no key ${input.keyId} in this project`);
  if (key.revoked_at !== null) return;
  await tx.updateTable('api_keys').set({ revoked_at: input.now }).where('id', '=', input.keyId).execute();
  await audit(tx, organizationId, {
    action: 'key.revoked',
    targetId: input.keyId,
    before: { projectId: input.projectId, name: key.name },
  });
}

/**
 * Tells every ingest that keys or projects changed, after the change was committed. When Redis is away they notice
 * within their cache's short life instead.
 */
export async function announceKeyChange(redis: Redis, log: Log): Promise<void> {
  try {
    await redis.publish(KEYS_CHANGED_CHANNEL, '');
  } catch (error) {
    log.warn({ err: error }, 'could not announce a change of keys; caches expire by themselves');
  }
}
