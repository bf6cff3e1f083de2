import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { hashToken, makeToken } from './secret-tokens.ts';

/** However often it is refreshed. */
const SESSION_LIFE_MS = 30 * DAY;

/** Who asks, as far as the request tells. */
export interface Client {
  userAgent?: string | undefined;
  address?: string | undefined;
}

interface Session {
  id: string;
  userId: number;
  expiresAt: Date;
}

/** A session with the token that refreshes it, once. */
export interface OpenSession extends Session {
  refreshToken: string;
}

/** Begins a session of a person who has just shown who they are. */
export async function startSession(ctx: Context, userId: number, client: Client): Promise<OpenSession> {
  const now = ctx.clock.now();
  const session = { id: randomUUID(), userId, expiresAt: new Date(now.getTime() + SESSION_LIFE_MS) };
  const refreshToken = makeToken();
  await inScope(ctx, { userId }, async (tx) => {
    await sql`select forget_expired_secrets()`.execute(tx);
    await tx
      .insertInto('sessions')
      .values({
        id: session.id,
        user_id: userId,
        created_at: now,
        last_used_at: now,
        expires_at: session.expiresAt,
        ...clientColumns(client),
      })
      .execute();
    await tx
      .insertInto('refresh_tokens')
      .values({ hash: hashToken(refreshToken), session_id: session.id, user_id: userId, created_at: now })
      .execute();
  });
  return { ...session, refreshToken };
}

export const clientColumns = ({ userAgent, address }: Client) => ({
  user_agent: userAgent?.slice(0, 300) ?? null,
  address: address ?? null,
});

/**
 * Ends one session of a person: its tokens are refused from the next request on.
 * @returns false when there is no such session, or it has ended already
 */
export const endSession = (ctx: Context, session: { id: string; userId: number }): Promise<boolean> =>
  inScope(ctx, { userId: session.userId }, (tx) =>
    endSessions(tx, ctx.clock.now(), session.userId, { id: session.id }),
  );

/** Ends all sessions of a person, or all but one. Needs the scope of the person. */
export async function endSessions(
  tx: Tx,
  now: Date,
  userId: number,
  which: { id?: string; but?: string } = {},
): Promise<boolean> {
  const ended = await tx
    .updateTable('sessions')
    .set({ revoked_at: now })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .$if(which.id !== undefined, (query) => query.where('id', '=', which.id ?? ''))
    .$if(which.but !== undefined, (query) => query.where('id', '!=', which.but ?? ''))
    .returning('id')
    .execute();
  return ended.length > 0;
}
