import { sql } from 'kysely';
import type { Tx } from '../../db/scope.ts';
import { audit } from '../audit/audit.ts';
import { lockOrganization } from '../organizations/organization.ts';
import type { Actor } from './change-role.ts';
import { findRole, refuseToOrphan, requireStanding } from './standing.ts';

/**
 * Takes a member out of the organization, or lets them leave; their personal tokens end with it, and sessions find
 * themselves in another organization of theirs. An account that belongs to no organization could neither be used nor deleted
 * by anybody: it is deleted.
 * @returns whether the account is gone
 * @throws AppError `not_found`, `forbidden`; `sole_owner` for the last owner, however close the race
 */
export async function removeMember(tx: Tx, actor: Actor, userId: number): Promise<{ accountDeleted: boolean }> {
  const { organizationId } = actor;
  await lockOrganization(tx, organizationId);
  const role = await findRole(tx, organizationId, userId);
  if (userId !== actor.userId) requireStanding(actor, role);
  if (role === 'owner') await refuseToOrphan(tx, organizationId, userId);
  await audit(tx, organizationId, {
    action: userId === actor.userId ? 'member.left' : 'member.removed',
    targetId: userId,
    before: { role },
  });
  await tx
    .deleteFrom('memberships')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute();
  const { rows } = await sql<{ gone: boolean }>`
    select belongs_nowhere(${userId}) and delete_account(${userId}) as gone`.execute(tx);
  return { accountDeleted: rows[0]?.gone === true };
}
