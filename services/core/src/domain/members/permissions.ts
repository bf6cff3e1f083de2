import type { Role } from '../../contract/accounts.ts';

/**
 * Who may do what: the least role that has each permission. Roles are ordered, owner above admin above member above viewer,
 * and whoever is above may do what those below may.
 */
const LEAST_ROLE = {
  /** Figures, records, prices, budgets, and who else is here. */
  'usage.read': 'viewer',
  /** Personal access tokens of one's own: they read what one may read. */
  'tokens.manage': 'viewer',
  'keys.manage': 'member',
  'exports.manage': 'member',
  /** Sends to Claude what a preview has shown, at the organization's cost. */
  'analysis.run': 'member',
  /** What becomes of recommendations. */
  'savings.manage': 'member',
  'whatifs.manage': 'member',
  /** Acknowledge, resolve and snooze alerts, and have them sent again. */
  'alerts.handle': 'member',
  'projects.manage': 'admin',
  'members.manage': 'admin',
  'budgets.manage': 'admin',
  /** Whether analyses are allowed at all. */
  'analysis.manage': 'admin',
  /** Channels, and what of each kind of alert is told by which. */
  'alerts.manage': 'admin',
  'prices.manage': 'admin',
  'recosting.manage': 'admin',
  'sample_data.manage': 'admin',
  'organization.manage': 'admin',
  'retention.manage': 'admin',
  'privacy.manage': 'admin',
  'audit.read': 'admin',
  'organization.plan': 'owner',
  'organization.transfer': 'owner',
  'organization.delete': 'owner',
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof LEAST_ROLE;

const PERMISSIONS = Object.keys(LEAST_ROLE) as Permission[];

export const leastRole = (permission: Permission): Role => LEAST_ROLE[permission];

const RANK: Record<Role, number> = { owner: 3, admin: 2, member: 1, viewer: 0 };

/** Whether a role is at least another one. */
export const isAtLeast = (role: Role, least: Role): boolean => RANK[role] >= RANK[least];

export const mayDo = (role: Role, permission: Permission): boolean => isAtLeast(role, LEAST_ROLE[permission]);

export const permissionsOf = (role: Role): Permission[] => PERMISSIONS.filter((permission) => mayDo(role, permission));
