import type { KeyScope } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import { hashKeySecret } from './key-secret.ts';

/** What the ingest knows of a key's owner. */
export interface KeyOwner {
  keyId: number;
  projectId: number;
  organizationId: number;
  captureContent: boolean;
  retentionDays: number;
  expiresAt: Date | null;
  scopes: readonly KeyScope[];
  /** The project takes no records any more. */
  archived: boolean;
}

/** Looks a key up by its hash. `undefined` for a key that does not exist, was revoked or has expired. */
export async function findKeyOwner(db: Db, secret: string, now: Date): Promise<KeyOwner | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .select([
      'api_keys.id as keyId',
      'api_keys.project_id as projectId',
      'projects.organization_id as organizationId',
      'projects.capture_content as captureContent',
      'organizations.retention_days as retentionDays',
      'api_keys.expires_at as expiresAt',
      'api_keys.scopes as scopes',
      'projects.archived_at as archivedAt',
    ])
    .where('api_keys.hash', '=', hashKeySecret(secret))
    .where('api_keys.revoked_at', 'is', null)
    .where('projects.deleting_at', 'is', null)
    .where((eb) => eb.or([eb('api_keys.expires_at', 'is', null), eb('api_keys.expires_at', '>', now)]))
    .executeTakeFirst();
  if (!row) return undefined;
  const { archivedAt, ...owner } = row;
  return { ...owner, archived: archivedAt !== null };
}

/** Notes that keys were used. Exact to the caller's rhythm, not to each request. */
export async function touchKeys(db: Db, lastUsed: ReadonlyMap<number, Date>): Promise<void> {
  // In key order, so that two ingests that touch the same keys do not deadlock.
  for (const [keyId, usedAt] of [...lastUsed].sort(([a], [b]) => a - b)) {
    await db.updateTable('api_keys').set({ last_used_at: usedAt }).where('id', '=', keyId).execute();
  }
}
