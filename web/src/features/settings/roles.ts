import type { Role } from '@tokengrip/core/contract/accounts';

/** From the most to the least powerful. */
export const ROLE_OPTIONS: readonly { value: Role; label: string }[] = [
  { value: 'owner', label: 'Owner' },
  { value: 'admin', label: 'Admin' },
  { value: 'member', label: 'Member' },
  { value: 'viewer', label: 'Viewer' },
];

/** The roles that somebody may give and take: none above their own. */
export const rolesUpTo = (role: Role): Role[] => {
  const roles = ROLE_OPTIONS.map(({ value }) => value);
  return roles.slice(roles.indexOf(role));
};
