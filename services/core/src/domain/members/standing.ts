import type { Role } from '../../contract/accounts.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { isAtLeast } from './permissions.ts';

/** @throws AppError `not_found` when the person is no member */
export async function findRole(tx: Tx, organizationId: number, userId: number): Promise<Role> {
  const row = await tx
    .selectFrom('memberships')
    .select('role')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no member ${userId}`);
  return row.role;
}

/** @throws AppError `forbidden` when a role is above that of whoever wants to give or take it */
export function requireStanding(actor: { role: Role }, role: Role): void {
  if (!isAtLeast(actor.role, role)) throw new AppError('forbidden', `Only an ${role} gives or takes the role ${role}`);
}

/**
 * For whoever takes an owner away, under the organization's lock.
 * @throws AppError `sole_owner` when there is no other one
 */
export async function refuseToOrphan(tx: Tx, organizationId: number, userId: number): Promise<void> {
  const other = await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'owner')
    .where('user_id', '!=', userId)
    .executeTakeFirst();
  if (other) return;
  throw new AppError('sole_owner', 'The last owner stays: transfer the organization or delete it');
}
