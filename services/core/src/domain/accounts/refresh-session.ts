import { randomBytes } from 'node:crypto';
import { SECOND } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inScope, setScope, type Tx } from '../../db/scope.ts';
import { hashToken, successorOf } from './secret-tokens.ts';
import { type Client, clientColumns, endSessions, type OpenSession } from './sessions.ts';

/**
 * Tabs share a cookie and refresh at the same moment, and a reply gets lost: within this time a token that was used gives
 * the same successor again. Later, somebody else has it.
 */
const REUSE_GRACE_MS = 10 * SECOND;

/**
 * Exchanges a refresh token for its successor. A token that was used before tells that it was copied: whoever shows it,
 * thief or owner, the session ends for both (RFC 9700, 4.14.2).
 * @returns `undefined` when the token is unknown, was used before, or its session has ended or expired
 */
export async function refreshSession(ctx: Context, token: string, client: Client): Promise<OpenSession | undefined> {
  const hash = hashToken(token);
  const now = ctx.clock.now();
  return inScope(ctx, { tokenHash: hash }, async (tx) => {
    const found = await tx
      .selectFrom('refresh_tokens')
      .select(['session_id as sessionId', 'user_id as userId'])
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (!found) return undefined;
    await setScope(tx, { userId: found.userId });
    // The session's lock makes those who refresh it come one after the other; what follows sees what the last one did.
    const session = await tx
      .selectFrom('sessions')
      .select(['id', 'user_id as userId', 'expires_at as expiresAt'])
      .where('id', '=', found.sessionId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .forUpdate()
      .executeTakeFirst();
    if (!session) return undefined;
    const { usedAt, nonce } = await tx
      .selectFrom('refresh_tokens')
      .select(['used_at as usedAt', 'nonce'])
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow();
    if (usedAt === null || nonce === null) {
      return { ...session, refreshToken: await rotate(tx, now, { token, hash, session, client }) };
    }
    if (now.getTime() - usedAt.getTime() <= REUSE_GRACE_MS) {
      return { ...session, refreshToken: successorOf(token, nonce) };
    }
    await endSessions(tx, now, session.userId, { id: session.id });
    ctx.log.warn({ sessionId: session.id, userId: session.userId }, 'a refresh token was used again: session ended');
    return undefined;
  });
}

interface Rotation {
  token: string;
  hash: Buffer;
  session: { id: string; userId: number };
  client: Client;
}

async function rotate(tx: Tx, now: Date, { token, hash, session, client }: Rotation): Promise<string> {
  const nonce = randomBytes(32);
  const successor = successorOf(token, nonce);
  await tx.updateTable('refresh_tokens').set({ used_at: now, nonce }).where('hash', '=', hash).execute();
  await tx
    .insertInto('refresh_tokens')
    .values({ hash: hashToken(successor), session_id: session.id, user_id: session.userId, created_at: now })
    .execute();
  await tx
    .updateTable('sessions')
    .set({ last_used_at: now, ...clientColumns(client) })
    .where('id', '=', session.id)
    .execute();
  return successor;
}
