import { sql } from 'kysely';
import { MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Role } from '../../contract/accounts.ts';
import type { KeyScope } from '../../contract/teams.ts';
import { inScope, setScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { hashKeySecret, looksLikeKey, looksLikeToken } from '../keys/key-secret.ts';

/** Who reads by a secret of their own instead of a session. */
export interface Bearer {
  organizationId: number;
  organizationName: string;
  timeZone: string;
  role: Role;
  /** Of a personal token; a project's key is nobody's. */
  person?: { userId: number; email: string; name: string };
  /** Of a project's key: it sees this project alone. */
  key?: { keyId: number; projectId: number };
  /** What its requests are counted by. */
  countedAs: string;
}

const TOUCH_EVERY_MS = MINUTE;

/**
 * Whose key or personal token a secret is.
 * @throws AppError `unauthenticated` when it is unknown, over, or of somebody who has left; `insufficient_scope` for a key
 * that may not read
 */
export async function findBearer(ctx: Context, secret: string): Promise<Bearer> {
  const found = looksLikeKey(secret)
    ? await findKey(ctx, secret)
    : looksLikeToken(secret)
      ? await findToken(ctx, secret)
      : undefined;
  if (!found) throw new AppError('unauthenticated', 'The token is unknown, revoked or expired');
  return found;
}

interface KeyRow {
  key_id: number;
  project_id: number;
  organization_id: number;
  organization_name: string;
  time_zone: string;
  scopes: KeyScope[];
  expires_at: Date | null;
}

async function findKey(ctx: Context, secret: string): Promise<Bearer | undefined> {
  const { rows } = await sql<KeyRow>`
    select key_id, project_id, organization_id, organization_name, time_zone, scopes, expires_at
    from find_key_by_hash(${hashKeySecret(secret)})`.execute(ctx.db);
  const row = rows[0];
  const now = ctx.clock.now();
  if (!row || (row.expires_at !== null && row.expires_at <= now)) return undefined;
  if (!row.scopes.includes('read')) throw new AppError('insufficient_scope', 'This key sends usage and may not read');
  await inScope(ctx, { organizationId: row.organization_id }, (tx) =>
    tx
      .updateTable('api_keys')
      .set({ last_used_at: now })
      .where('id', '=', row.key_id)
      .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', dueBefore(now))]))
      .execute(),
  );
  return {
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    timeZone: row.time_zone,
    role: 'viewer',
    key: { keyId: row.key_id, projectId: row.project_id },
    countedAs: `key:${row.key_id}`,
  };
}

async function findToken(ctx: Context, secret: string): Promise<Bearer | undefined> {
  const hash = hashKeySecret(secret);
  const now = ctx.clock.now();
  return inScope(ctx, { tokenHash: hash }, async (tx) => {
    const token = await tx
      .selectFrom('personal_tokens')
      .select(['id', 'organization_id', 'user_id'])
      .where('hash', '=', hash)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .executeTakeFirst();
    if (!token) return undefined;
    await setScope(tx, { organizationId: token.organization_id, userId: token.user_id });
    const row = await tx
      .selectFrom('memberships')
      .innerJoin('users', 'users.id', 'memberships.user_id')
      .innerJoin('organizations', 'organizations.id', 'memberships.organization_id')
      .select(['users.email', 'users.name', 'organizations.name as organization', 'organizations.time_zone', 'role'])
      .where('memberships.organization_id', '=', token.organization_id)
      .where('memberships.user_id', '=', token.user_id)
      .executeTakeFirst();
    if (!row) return undefined;
    await tx
      .updateTable('personal_tokens')
      .set({ last_used_at: now })
      .where('id', '=', token.id)
      .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', dueBefore(now))]))
      .execute();
    return {
      organizationId: token.organization_id,
      organizationName: row.organization,
      timeZone: row.time_zone,
      role: row.role,
      person: { userId: token.user_id, email: row.email, name: row.name },
      countedAs: `token:${token.id}`,
    };
  });
}

/** To the minute is enough, and spares a write at each request. */
const dueBefore = (now: Date) => new Date(now.getTime() - TOUCH_EVERY_MS);
