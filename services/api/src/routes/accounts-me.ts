import type { Me } from '@tokengrip/core/contract/accounts';
import { inScope } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { permissionsOf } from '@tokengrip/core/domain/members/permissions';
import { listProjects } from '@tokengrip/core/domain/projects/list-projects';
import type { ApiContext } from '../context.ts';

/** What a person who is logged in is told about where they are. */
export const describeMember = async (ctx: ApiContext, member: Member): Promise<Me> => ({
  user: { id: member.userId, email: member.email, name: member.name },
  organization: { id: member.organizationId, name: member.organizationName, timeZone: member.timeZone },
  role: member.role,
  permissions: permissionsOf(member.role),
  projects: await inScope(ctx, member, (tx) => listProjects(tx, member.organizationId)),
});
