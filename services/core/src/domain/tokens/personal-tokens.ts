import type { CreatedPersonalToken, PersonalToken } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { hashKeySecret, makeSecret, visiblePrefix } from '../keys/key-secret.ts';

/** Whose token it is, and for which organization. */
interface Holder {
  organizationId: number;
  userId: number;
}

const COLUMNS = ['id', 'name', 'prefix', 'created_at', 'expires_at', 'last_used_at'] as const;

/** Enough for everybody; a script that makes one at every run is stopped. */
const MOST_TOKENS = 50;

function toToken(row: {
  id: number;
  name: string;
  prefix: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}): PersonalToken {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

export async function listTokens(tx: Db, { organizationId, userId }: Holder): Promise<PersonalToken[]> {
  const rows = await tx
    .selectFrom('personal_tokens')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toToken);
}

/**
 * A token that reads what its person may read. The secret is returned this once and stored only as its hash.
 * @throws AppError `invalid_request` when it would be over already; `conflict` when the person has too many
 */
export async function createToken(
  tx: Tx,
  holder: Holder,
  input: { name: string; expiresAt: Date | null; now: Date },
): Promise<CreatedPersonalToken> {
  if (input.expiresAt !== null && input.expiresAt <= input.now)
    throw invalidField('expiresAt', 'must be in the future');
  if ((await listTokens(tx, holder)).length >= MOST_TOKENS) {
    throw new AppError('conflict', `You have ${MOST_TOKENS} tokens: delete one that is not used`);
  }
  const secret = makeSecret('tgp_');
  const row = await tx
    .insertInto('personal_tokens')
    .values({
      organization_id: holder.organizationId,
      user_id: holder.userId,
      name: input.name.trim(),
      prefix: visiblePrefix(secret),
      hash: hashKeySecret(secret),
      created_at: input.now,
      expires_at: input.expiresAt,
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  const token = toToken(row);
  await audit(tx, holder.organizationId, {
    action: 'token.created',
    targetId: token.id,
    after: { expiresAt: token.expiresAt },
  });
  return { token, secret };
}

/** @throws AppError `not_found` when the person has no such token */
export async function deleteToken(tx: Tx, { organizationId, userId }: Holder, tokenId: number): Promise<void> {
  const deleted = await tx
    .deleteFrom('personal_tokens')
    .where('id', '=', tokenId)
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .returning('id')
    .executeTakeFirst();
  if (!deleted) throw new AppError('not_found', `You have no token ${tokenId}`);
  await audit(tx, organizationId, { action: 'token.revoked', targetId: tokenId });
}
