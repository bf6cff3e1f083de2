import { sql } from 'kysely';
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
  /** From where they act. */
  address?: string;
  /** Of a project's key, which acts for nobody and sees its project alone; its person and session are 0 and ''. */
  keyId?: number;
  projectId?: number;
}

/**
 * The person behind a session's token, looked up at each request so that ending a session or a membership counts at
 * once. They act for the organization that is asked for, else for the session's, else for the one that they joined first.
 * `undefined` when the session has ended or expired, or the person is not in the organization.
 */
export async function findMember(
  ctx: Context,
  session: { id: string; userId: number },
  organizationId?: number,
): Promise<Member | undefined> {
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
      .$if(organizationId !== undefined, (query) => query.where('organizations.id', '=', organizationId ?? 0))
      .orderBy(sql`organizations.id = sessions.organization_id`, (order) => order.desc().nullsLast())
      .orderBy('memberships.created_at')
      .orderBy('organizations.id')
      .executeTakeFirst(),
  );
}
