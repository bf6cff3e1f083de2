import { Id } from '@tokengrip/core/contract/common';
import {
  NewRecosting,
  Recosting,
  RecostingDetail,
  RecostingList,
  Unpriced,
  UnpricedQuery,
} from '@tokengrip/core/contract/recosting';
import { inScope } from '@tokengrip/core/db/scope';
import { applyRecosting } from '@tokengrip/core/domain/recosting/apply-recosting';
import { cancelRecosting } from '@tokengrip/core/domain/recosting/cancel-recosting';
import { listRecostings, readRecostingDetail } from '@tokengrip/core/domain/recosting/list-recostings';
import { listUnpriced } from '@tokengrip/core/domain/recosting/list-unpriced';
import { startRecosting } from '@tokengrip/core/domain/recosting/start-recosting';
import { undoRecosting } from '@tokengrip/core/domain/recosting/undo-recosting';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';

const params = Type.Object({ recostingId: Id });
const step = { schema: { params, response: { 202: Recosting } } };

export function recostingRoutes(server: Server, ctx: ApiContext): void {
  server.get('/unpriced', { schema: { querystring: UnpricedQuery, response: { 200: Unpriced } } }, async (request) => {
    const member = await request.member();
    const organization = { id: member.organizationId, timeZone: member.timeZone };
    return inScope(ctx, member, (tx) => listUnpriced(tx, organization, request.query, ctx.clock.now()));
  });

  server.get('/recostings', { schema: { response: { 200: RecostingList } } }, async (request) => {
    const member = await request.member();
    return { recostings: await inScope(ctx, member, (tx) => listRecostings(tx, member.organizationId)) };
  });

  server.get(
    '/recostings/:recostingId',
    { schema: { params, response: { 200: RecostingDetail } } },
    async (request) => {
      const member = await request.member();
      const { recostingId } = request.params;
      return inScope(ctx, member, (tx) => readRecostingDetail(tx, member.organizationId, recostingId));
    },
  );

  server.post(
    '/recostings',
    { schema: { body: NewRecosting, response: { 202: Recosting } } },
    async (request, reply) => {
      const member = requireRole(await request.member(), 'admin');
      return reply.code(202).send(await startRecosting(ctx, member, request.body));
    },
  );

  server.post('/recostings/:recostingId/apply', step, async (request, reply) => {
    const member = requireRole(await request.member(), 'admin');
    return reply.code(202).send(await applyRecosting(ctx, member, request.params.recostingId));
  });

  server.post('/recostings/:recostingId/undo', step, async (request, reply) => {
    const member = requireRole(await request.member(), 'admin');
    return reply.code(202).send(await undoRecosting(ctx, member, request.params.recostingId));
  });

  server.post('/recostings/:recostingId/cancel', step, async (request, reply) => {
    const member = requireRole(await request.member(), 'admin');
    const { recostingId } = request.params;
    return reply
      .code(202)
      .send(await inScope(ctx, member, (tx) => cancelRecosting(tx, member.organizationId, recostingId)));
  });
}
