import type { Context } from '../../context.ts';
import type { Role } from '../../contract/accounts.ts';
import { inScope } from '../../db/scope.ts';

/** A person with a live session, in the organization for which they act. */
export interface Member {
  userId: number;
  email: string;
  name: string;
  sessionId: string;
  organizationId: number;
  organizationName: string;
  timeZone: string;
  role: Role;
}

/**
 * The person behind a session's token, looked up at each request so that ending a session or a membership counts at
 * once. `undefined` when the session has ended or expired, or the person is in no organization.
 */
export async function findMember(ctx: Context, session: { id: string; userId: number }): Promise<Member | undefined> {
  return inScope(ctx, { userId: session.userId }, (tx) =>
    tx
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .innerJoin('memberships', 'memberships.user_id', 'users.id')
      .innerJoin('organizations', 'organizations.id', 'memberships.organization_id')
      .select([
        'users.id as userId',
        'users.email as email',
        'users.name as name',
        'sessions.id as sessionId',
        'organizations.id as organizationId',
        'organizations.name as organizationName',
        'organizations.time_zone as timeZone',
        'memberships.role as role',
      ])
      .where('sessions.id', '=', session.id)
      .where('sessions.user_id', '=', session.userId)
      .where('sessions.revoked_at', 'is', null)
      .where('sessions.expires_at', '>', ctx.clock.now())
      .orderBy('memberships.created_at')
      .executeTakeFirst(),
  );
}
