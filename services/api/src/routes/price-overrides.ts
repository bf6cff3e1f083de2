import { Id } from '@tokengrip/core/contract/common';
import {
  EndOverrideRequest,
  ModelAlias,
  ModelAliasChange,
  ModelAliasList,
  NewModelAlias,
  NewPriceOverride,
  PriceOverride,
  PriceOverrideList,
} from '@tokengrip/core/contract/prices';
import { inScope, type Tx } from '@tokengrip/core/db/scope';
import { changeAlias, createAlias, deleteAlias, listAliases } from '@tokengrip/core/domain/prices/aliases';
import { announcePriceChange } from '@tokengrip/core/domain/prices/announce-price-change';
import {
  createOverride,
  endOverride,
  listOverrides,
  replaceOverride,
  withdrawOverride,
} from '@tokengrip/core/domain/prices/overrides';
import type { Server } from '@tokengrip/core/http/server';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';

const OverridePath = Type.Object({ overrideId: Id });
const AliasPath = Type.Object({ aliasId: Id });

/** What an organization lays over the shared list. */
export function priceOverrideRoutes(server: Server, ctx: ApiContext): void {
  /** Does what admins may do, and tells those who price the organization's calls. */
  async function change<T>(
    request: FastifyRequest,
    work: (tx: Tx, member: { organizationId: number; userId: number }) => Promise<T>,
  ): Promise<T> {
    const member = requireRole(await request.member(), 'admin');
    const result = await inScope(ctx, member, (tx) => work(tx, member));
    await announcePriceChange(ctx.redis, ctx.log, member.organizationId);
    return result;
  }

  server.get('/prices/overrides', { schema: { response: { 200: PriceOverrideList } } }, async (request) => {
    const member = await request.member();
    const input = { now: ctx.clock.now() };
    return { overrides: await inScope(ctx, member, (tx) => listOverrides(tx, member.organizationId, input)) };
  });

  server.post(
    '/prices/overrides',
    { schema: { body: NewPriceOverride, response: { 201: PriceOverride } } },
    async (request, reply) => {
      const created = await change(request, (tx, { organizationId, userId }) =>
        createOverride(tx, organizationId, { ...request.body, createdBy: userId, now: ctx.clock.now() }),
      );
      return reply.code(201).send(created);
    },
  );

  server.put(
    '/prices/overrides/:overrideId',
    { schema: { params: OverridePath, body: NewPriceOverride, response: { 200: PriceOverride } } },
    async (request) =>
      change(request, (tx, { organizationId, userId }) =>
        replaceOverride(tx, organizationId, {
          ...request.params,
          ...request.body,
          createdBy: userId,
          now: ctx.clock.now(),
        }),
      ),
  );

  server.post(
    '/prices/overrides/:overrideId/end',
    { schema: { params: OverridePath, body: EndOverrideRequest, response: { 200: PriceOverride } } },
    async (request) => {
      const now = ctx.clock.now();
      const at = request.body.at === undefined ? now : new Date(request.body.at);
      return change(request, (tx, { organizationId }) =>
        endOverride(tx, organizationId, { ...request.params, at, now }),
      );
    },
  );

  server.delete(
    '/prices/overrides/:overrideId',
    { schema: { params: OverridePath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await change(request, (tx, { organizationId, userId }) =>
        withdrawOverride(tx, organizationId, { ...request.params, withdrawnBy: userId, now: ctx.clock.now() }),
      );
      return reply.code(204).send(null);
    },
  );

  server.get('/prices/aliases', { schema: { response: { 200: ModelAliasList } } }, async (request) => {
    const member = await request.member();
    return { aliases: await inScope(ctx, member, (tx) => listAliases(tx, member.organizationId)) };
  });

  server.post(
    '/prices/aliases',
    { schema: { body: NewModelAlias, response: { 201: ModelAlias } } },
    async (request, reply) => {
      const created = await change(request, (tx, { organizationId, userId }) =>
        createAlias(tx, organizationId, { ...request.body, createdBy: userId }),
      );
      return reply.code(201).send(created);
    },
  );

  server.patch(
    '/prices/aliases/:aliasId',
    { schema: { params: AliasPath, body: ModelAliasChange, response: { 200: ModelAlias } } },
    async (request) =>
      change(request, (tx, { organizationId }) =>
        changeAlias(tx, organizationId, { ...request.params, ...request.body }),
      ),
  );

  server.delete(
    '/prices/aliases/:aliasId',
    { schema: { params: AliasPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await change(request, (tx, { organizationId }) => deleteAlias(tx, organizationId, request.params.aliasId));
      return reply.code(204).send(null);
    },
  );
}
