import type { Redis } from 'ioredis';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** Ingests listen here and drop what they have cached of keys and projects. */
export const KEYS_CHANGED_CHANNEL = 'tokengrip:keys-changed';

/**
 * Ends a key for good.
 * @throws AppError `not_found` when the project of the organization has no such key
 */
export async function revokeApiKey(
  tx: Db,
  organizationId: number,
  input: { projectId: number; keyId: number; now: Date },
): Promise<void> {
  const revoked = await tx
    .updateTable('api_keys')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(input.now)) }))
    .where('id', '=', input.keyId)
    .where('project_id', '=', input.projectId)
    .where('project_id', 'in', (eb) =>
      eb.selectFrom('projects').select('id').where('organization_id', '=', organizationId),
    )
    .returning('id')
    .executeTakeFirst();
  if (!revoked) throw new AppError('not_found', `There is no key ${input.keyId} in this project`);
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
