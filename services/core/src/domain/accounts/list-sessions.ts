import type { Context } from '../../context.ts';
import type { SessionInfo } from '../../contract/auth.ts';
import { inScope } from '../../db/scope.ts';

/** The live sessions of a person, the one that was used last first. */
export async function listSessions(
  ctx: Context,
  person: { userId: number; sessionId: string },
): Promise<SessionInfo[]> {
  const rows = await inScope(ctx, { userId: person.userId }, (tx) =>
    tx
      .selectFrom('sessions')
      .select(['id', 'created_at', 'last_used_at', 'address', 'user_agent'])
      .where('user_id', '=', person.userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', ctx.clock.now())
      .orderBy('last_used_at', 'desc')
      .limit(200)
      .execute(),
  );
  return rows.map((row) => ({
    id: row.id,
    current: row.id === person.sessionId,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    // Postgres writes the network's length behind an address that is one of several.
    address: row.address?.replace(/\/\d+$/, '') ?? null,
    userAgent: row.user_agent,
  }));
}
