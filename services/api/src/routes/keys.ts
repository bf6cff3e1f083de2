import { ApiKeyList, CreatedApiKey, NewApiKey } from '@tokengrip/core/contract/accounts';
import { Id } from '@tokengrip/core/contract/common';
import { inScope } from '@tokengrip/core/db/scope';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { listApiKeys } from '@tokengrip/core/domain/keys/list-api-keys';
import { announceKeyChange, revokeApiKey } from '@tokengrip/core/domain/keys/revoke-api-key';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';

const ProjectPath = Type.Object({ projectId: Id });
const KeyPath = Type.Object({ projectId: Id, keyId: Id });

export function keyRoutes(server: Server, ctx: ApiContext): void {
  server.get(
    '/projects/:projectId/keys',
    { schema: { params: ProjectPath, response: { 200: ApiKeyList } } },
    async (request) => {
      const member = await request.member();
      return {
        keys: await inScope(ctx, member, (tx) => listApiKeys(tx, member.organizationId, request.params.projectId)),
      };
    },
  );

  server.post(
    '/projects/:projectId/keys',
    { schema: { params: ProjectPath, body: NewApiKey, response: { 201: CreatedApiKey } } },
    async (request, reply) => {
      const member = requireRole(await request.member(), 'member');
      const created = await inScope(ctx, member, (tx) =>
        createApiKey(tx, member.organizationId, {
          projectId: request.params.projectId,
          name: request.body.name,
          createdBy: member.userId,
        }),
      );
      return reply.code(201).send(created);
    },
  );

  server.delete(
    '/projects/:projectId/keys/:keyId',
    { schema: { params: KeyPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = requireRole(await request.member(), 'member');
      await inScope(ctx, member, (tx) =>
        revokeApiKey(tx, member.organizationId, { ...request.params, now: ctx.clock.now() }),
      );
      await announceKeyChange(ctx.redis, ctx.log);
      return reply.code(204).send(null);
    },
  );
}
