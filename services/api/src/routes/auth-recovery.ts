import { ForgotRequest, PasswordProof, ResetLink, ResetRequest } from '@tokengrip/core/contract/auth';
import { Id } from '@tokengrip/core/contract/common';
import { checkCurrentPassword } from '@tokengrip/core/domain/accounts/check-password';
import { makeMemberResetLink } from '@tokengrip/core/domain/accounts/make-reset-link';
import { mailResetLink, resetPassword } from '@tokengrip/core/domain/accounts/reset-password';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';
import { requireRole } from '../plugins/roles.ts';

/** A forgotten password: a link by mail, or one that an administrator hands over. */
export function recoveryRoutes(server: Server, ctx: AuthContext): void {
  server.post(
    '/auth/forgot',
    { config: ATTEMPTS, schema: { body: ForgotRequest, response: { 202: Type.Object({}) } } },
    async (request, reply) => {
      if (!ctx.outbox) throw new AppError('not_found', 'No mail is sent here: ask an administrator for a link');
      server.afterReply('forgotten password', () => mailResetLink(ctx, request.body.email));
      return reply.code(202).send({});
    },
  );

  server.post(
    '/auth/reset',
    { config: ATTEMPTS, schema: { body: ResetRequest, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await resetPassword(ctx, request.body);
      server.forgetSession(reply);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/members/:userId/reset-link',
    { schema: { params: Type.Object({ userId: Id }), body: PasswordProof, response: { 200: ResetLink } } },
    async (request) => {
      const member = requireRole(await request.member(), 'admin');
      await checkCurrentPassword(ctx, member, request.body.currentPassword);
      const { path, expiresAt } = await makeMemberResetLink(ctx, member, request.params.userId);
      return { path, expiresAt: expiresAt.toISOString() };
    },
  );
}
