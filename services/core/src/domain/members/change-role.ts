import type { Role } from '../../contract/accounts.ts';
import type { Member } from '../../contract/teams.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { lockOrganization } from '../organizations/organization.ts';
import { listMembers } from './list-members.ts';
import { findRole, refuseToOrphan, requireStanding } from './standing.ts';

/** Whoever changes something about others. */
export interface Actor {
  organizationId: number;
  userId: number;
  role: Role;
}

/**
 * Gives a member another role. Nobody gives or takes a role above their own.
 * @throws AppError `not_found`, `forbidden`; `sole_owner` for the last owner, however close the race
 */
export async function changeRole(tx: Tx, actor: Actor, input: { userId: number; role: Role }): Promise<Member> {
  const { organizationId } = actor;
  await lockOrganization(tx, organizationId);
  const before = await findRole(tx, organizationId, input.userId);
  requireStanding(actor, before);
  requireStanding(actor, input.role);
  if (before === 'owner' && input.role !== 'owner') await refuseToOrphan(tx, organizationId, input.userId);
  if (before !== input.role) {
    await setRole(tx, organizationId, input.userId, input.role);
    await audit(tx, organizationId, {
      action: 'member.role_changed',
      targetId: input.userId,
      before: { role: before },
      after: { role: input.role },
    });
  }
  const [member] = await listMembers(tx, organizationId, input.userId);
  if (!member) throw new AppError('not_found', `There is no member ${input.userId}`);
  return member;
}

/**
 * Hands the organization over: another member owns it, and whoever did so is an admin from then on.
 * @throws AppError `not_found`; `conflict` when there is nobody to hand it to but oneself
 */
export async function transferOwnership(tx: Tx, actor: Actor, toUserId: number): Promise<void> {
  const { organizationId, userId } = actor;
  await lockOrganization(tx, organizationId);
  // Looked at again under the lock: another transfer may have been faster.
  if ((await findRole(tx, organizationId, userId)) !== 'owner')
    throw new AppError('forbidden', 'Only an owner transfers');
  if (toUserId === userId) throw new AppError('conflict', 'You own this organization already');
  await findRole(tx, organizationId, toUserId);
  await setRole(tx, organizationId, toUserId, 'owner');
  await setRole(tx, organizationId, userId, 'admin');
  await audit(tx, organizationId, {
    action: 'organization.transferred',
    before: { ownerId: userId },
    after: { ownerId: toUserId },
  });
}

const setRole = (tx: Tx, organizationId: number, userId: number, role: Role) =>
  tx
    .updateTable('memberships')
    .set({ role })
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute();
