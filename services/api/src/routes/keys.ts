import { ApiKeyList, CreatedApiKey, NewApiKey } from '@tokengrip/core/contract/accounts';
import { Id } from '@tokengrip/core/contract/common';
import { KeyRotation } from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { listApiKeys } from '@tokengrip/core/domain/keys/list-api-keys';
import { announceKeyChange, revokeApiKey } from '@tokengrip/core/domain/keys/revoke-api-key';
import { rotateApiKey } from '@tokengrip/core/domain/keys/rotate-api-key';
import { invalidField } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';

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
      const member = await request.member();
      const { name, scopes } = request.body;
      const expiresAt = request.body.expiresAt ? new Date(request.body.expiresAt) : null;
      if (expiresAt !== null && expiresAt <= ctx.clock.now()) throw invalidField('expiresAt', 'must be in the future');
      const created = await inScope(ctx, member, (tx) =>
        createApiKey(tx, member.organizationId, {
          ...request.params,
          name,
          expiresAt,
          createdBy: member.userId,
          ...(scopes ? { scopes } : {}),
        }),
      );
      return reply.code(201).send(created);
    },
  );

  server.post(
    '/projects/:projectId/keys/:keyId/rotate',
    { schema: { params: KeyPath, body: KeyRotation, response: { 201: CreatedApiKey } } },
    async (request, reply) => {
      const member = await request.member();
      const input = { ...request.params, ...request.body, createdBy: member.userId, now: ctx.clock.now() };
      const created = await inScope(ctx, member, (tx) => rotateApiKey(tx, member.organizationId, input));
      await announceKeyChange(ctx.redis, ctx.log);
      return reply.code(201).send(created);
    },
  );

  server.delete(
    '/projects/:projectId/keys/:keyId',
    { schema: { params: KeyPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = await request.member();
      await inScope(ctx, member, (tx) =>
        revokeApiKey(tx, member.organizationId, { ...request.params, now: ctx.clock.now() }),
      );
      await announceKeyChange(ctx.redis, ctx.log);
      return reply.code(204).send(null);
    },
  );
}
