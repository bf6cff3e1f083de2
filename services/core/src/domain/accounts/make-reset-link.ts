import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import type { Member } from './find-member.ts';
import { makeLink, type OneTimeLink } from './one-time-links.ts';

/**
 * A link by which a member chooses a new password, for an administrator to hand over. An owner makes one for anybody of the
 * organization, an admin for members and viewers: who has the link has the account. Not for people who belong to other
 * organizations as well: their accounts are not this organization's alone.
 * @throws AppError `not_found`, `forbidden`
 */
export async function makeMemberResetLink(ctx: Context, actor: Member, userId: number): Promise<OneTimeLink> {
  const { organizationId } = actor;
  const found = await inScope(ctx, { organizationId, userId: actor.userId }, async (tx) => {
    const member = await tx
      .selectFrom('memberships')
      .select('role')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    const { rows } = await sql<{ own: boolean }>`select belongs_only_to(${userId}, ${organizationId}) as own`.execute(
      tx,
    );
    return member && { role: member.role, own: rows[0]?.own === true };
  });
  if (!found) throw new AppError('not_found', `There is no member ${userId}`);
  const above = found.role === 'owner' || found.role === 'admin';
  if (actor.role !== 'owner' && (actor.role !== 'admin' || above)) {
    throw new AppError('forbidden', 'An owner resets the passwords of owners and admins');
  }
  if (!found.own) {
    throw new AppError(
      'forbidden',
      'This person belongs to another organization, too: only they can reset their password',
    );
  }
  return makeLink(ctx, { purpose: 'reset_password', userId, createdBy: actor.userId });
}
