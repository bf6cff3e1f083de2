import { randomUUID } from 'node:crypto';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';

export const SESSION_LIFE_MS = 30 * DAY;

export interface Session {
  id: string;
  userId: number;
  expiresAt: Date;
}

/** Begins a session of a person who has just shown who they are. */
export async function startSession(
  ctx: Context,
  userId: number,
  client: { userAgent?: string | undefined; address?: string | undefined },
): Promise<Session> {
  const session = { id: randomUUID(), userId, expiresAt: new Date(ctx.clock.now().getTime() + SESSION_LIFE_MS) };
  await inScope(ctx, { userId }, (tx) =>
    tx
      .insertInto('sessions')
      .values({
        id: session.id,
        user_id: userId,
        expires_at: session.expiresAt,
        user_agent: client.userAgent?.slice(0, 300) ?? null,
        address: client.address ?? null,
      })
      .execute(),
  );
  return session;
}

/** Ends a session: its token is refused from the next request on. */
export async function endSession(ctx: Context, session: { id: string; userId: number }): Promise<void> {
  await inScope(ctx, { userId: session.userId }, (tx) =>
    tx
      .updateTable('sessions')
      .set({ revoked_at: ctx.clock.now() })
      .where('id', '=', session.id)
      .where('user_id', '=', session.userId)
      .execute(),
  );
}
