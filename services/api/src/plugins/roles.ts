import { ROLES, type Role } from '@tokengrip/core/contract/accounts';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { AppError } from '@tokengrip/core/errors';

/** @throws AppError `forbidden` when the member's role is less than `least` */
export function requireRole(member: Member, least: Role): Member {
  // Roles are listed from the most to the least powerful.
  if (ROLES.indexOf(member.role) > ROLES.indexOf(least)) {
    throw new AppError('forbidden', `This needs the role ${least}; yours is ${member.role}`);
  }
  return member;
}
