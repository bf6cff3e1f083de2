import { Id } from '@tokengrip/core/contract/common';
import { Member, MemberChange, MemberList } from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { changeRole } from '@tokengrip/core/domain/members/change-role';
import { listMembers } from '@tokengrip/core/domain/members/list-members';
import { removeMember } from '@tokengrip/core/domain/members/remove-member';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';

const MemberPath = Type.Object({ userId: Id });

export function memberRoutes(server: Server, ctx: ApiContext): void {
  server.get('/members', { schema: { response: { 200: MemberList } } }, async (request) => {
    const member = await request.member();
    return { members: await inScope(ctx, member, (tx) => listMembers(tx, member.organizationId)) };
  });

  server.patch(
    '/members/:userId',
    { schema: { params: MemberPath, body: MemberChange, response: { 200: Member } } },
    async (request) => {
      const actor = await request.member();
      return inScope(ctx, actor, (tx) => changeRole(tx, actor, { ...request.params, ...request.body }));
    },
  );

  server.delete(
    '/members/:userId',
    { schema: { params: MemberPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const actor = await request.member();
      const { userId } = request.params;
      if (userId !== actor.userId) requireRole(actor, 'admin');
      const { accountDeleted } = await inScope(ctx, actor, (tx) => removeMember(tx, actor, userId));
      if (accountDeleted && userId === actor.userId) server.forgetSession(reply);
      return reply.code(204).send(null);
    },
  );
}
