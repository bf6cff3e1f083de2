import { Id } from '@tokengrip/core/contract/common';
import {
  AcceptedInvitation,
  AcceptInvitation,
  CreatedInvitation,
  InvitationList,
  InvitationOffer,
  InvitationToken,
  NewInvitation,
} from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { findMember } from '@tokengrip/core/domain/accounts/find-member';
import { acceptInvitation, readInvitation } from '@tokengrip/core/domain/invitations/accept-invitation';
import { listInvitations } from '@tokengrip/core/domain/invitations/invitations';
import { invite, resendInvitation, revokeInvitation } from '@tokengrip/core/domain/invitations/invite';
import { switchOrganization } from '@tokengrip/core/domain/organizations/switch-organization';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';
import { describeMember } from './accounts-me.ts';

const InvitationPath = Type.Object({ invitationId: Id });

export function invitationRoutes(server: Server, ctx: AuthContext): void {
  server.get('/invitations', { schema: { response: { 200: InvitationList } } }, async (request) => {
    const member = await request.member();
    return { invitations: await inScope(ctx, member, (tx) => listInvitations(tx, member.organizationId)) };
  });

  server.post(
    '/invitations',
    { schema: { body: NewInvitation, response: { 201: CreatedInvitation } } },
    async (request, reply) => reply.code(201).send(await invite(ctx, await request.member(), request.body)),
  );

  server.post(
    '/invitations/:invitationId/resend',
    { schema: { params: InvitationPath, response: { 200: CreatedInvitation } } },
    async (request) => resendInvitation(ctx, await request.member(), request.params.invitationId),
  );

  server.delete(
    '/invitations/:invitationId',
    { schema: { params: InvitationPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await revokeInvitation(ctx, await request.member(), request.params.invitationId);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/auth/invitation',
    { config: ATTEMPTS, schema: { body: InvitationToken, response: { 200: InvitationOffer } } },
    async (request) => readInvitation(ctx, request.body.token),
  );

  server.post(
    '/auth/invitation/accept',
    { config: ATTEMPTS, schema: { body: AcceptInvitation, response: { 200: AcceptedInvitation } } },
    async (request, reply) => {
      const session = await request.member().catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'unauthenticated') return undefined;
        throw error;
      });
      const joined = await acceptInvitation(ctx, request.body, session, request.place());
      if (joined.entry === 'created') {
        return { me: await describeMember(ctx, await server.logIn(request, reply, joined)) };
      }
      if (!session) return {};
      await switchOrganization(ctx, session, joined.organizationId);
      const there = await findMember(ctx, { id: session.sessionId, userId: session.userId }, joined.organizationId);
      return there ? { me: await describeMember(ctx, there) } : {};
    },
  );
}
