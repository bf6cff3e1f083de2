import { Id } from '@tokengrip/core/contract/common';
import {
  AccountDeletion,
  Deletion,
  DeletionList,
  PrivacyPreview,
  PrivacyRequest,
  PrivacySubject,
} from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { deleteAccount } from '@tokengrip/core/domain/accounts/delete-account';
import { findDeletion, listDeletions } from '@tokengrip/core/domain/privacy/deletions';
import { previewPrivacy, requestPrivacy } from '@tokengrip/core/domain/privacy/request-privacy';
import type { Server } from '@tokengrip/core/http/server';
import { runDeletionsJob } from '@tokengrip/core/queues/jobs';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';

const DeletionPath = Type.Object({ deletionId: Id });

/** Deleting one's account, and the requests of end users. */
export function privacyRoutes(server: Server, ctx: AuthContext): void {
  server.delete(
    '/account',
    { schema: { body: AccountDeletion, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await deleteAccount(ctx, await request.member(), request.body.currentPassword);
      server.forgetSession(reply);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/privacy/preview',
    { schema: { body: PrivacySubject, response: { 200: PrivacyPreview } } },
    async (request) => {
      const member = await request.member();
      return inScope(ctx, member, (tx) => previewPrivacy(tx, member.organizationId, request.body));
    },
  );

  server.post(
    '/privacy/requests',
    { schema: { body: PrivacyRequest, response: { 202: Deletion } } },
    async (request, reply) => {
      const member = await request.member();
      const input = { ...request.body, now: ctx.clock.now() };
      const deletion = await inScope(ctx, member, (tx) => requestPrivacy(tx, member, input));
      await ctx.jobs.send(runDeletionsJob, {}).catch(() => {});
      return reply.code(202).send(deletion);
    },
  );

  server.get('/deletions', { schema: { response: { 200: DeletionList } } }, async (request) => {
    const member = await request.member();
    return { deletions: await inScope(ctx, member, (tx) => listDeletions(tx, member.organizationId)) };
  });

  server.get(
    '/deletions/:deletionId',
    { schema: { params: DeletionPath, response: { 200: Deletion } } },
    async (request) => {
      const member = await request.member();
      const { deletionId } = request.params;
      return inScope(ctx, member, (tx) => findDeletion(tx, member.organizationId, deletionId));
    },
  );
}
