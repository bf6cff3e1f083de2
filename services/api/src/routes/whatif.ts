import {
  NewWhatIf,
  WhatIf,
  WhatIfList,
  WhatIfNaming,
  WhatIfPath,
  WhatIfPreview,
  WhatIfRequest,
} from '@tokengrip/core/contract/whatif';
import { inScope } from '@tokengrip/core/db/scope';
import { cancelWhatIf, deleteWhatIf, renameWhatIf } from '@tokengrip/core/domain/whatif/change-whatif';
import { createWhatIf, rerunWhatIf } from '@tokengrip/core/domain/whatif/create-whatif';
import { previewWhatIf } from '@tokengrip/core/domain/whatif/preview-whatif';
import { listWhatIfs, readWhatIf } from '@tokengrip/core/domain/whatif/whatif-row';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { countHeavyRequest } from '../plugins/count-requests.ts';

/** Computed in the reply, or taken up by the worker. */
const statusOf = <Done extends 200 | 201>({ state }: WhatIf, done: Done): Done | 202 => (state === 'done' ? done : 202);

export function whatIfRoutes(server: Server, ctx: ApiContext): void {
  server.get('/whatifs', { schema: { response: { 200: WhatIfList } } }, async (request) => {
    const member = await request.member();
    return { whatifs: await inScope(ctx, member, (tx) => listWhatIfs(tx, member.organizationId)) };
  });

  server.post(
    '/whatifs/preview',
    { schema: { body: WhatIfRequest, response: { 200: WhatIfPreview } } },
    async (request) => {
      const member = await request.member();
      await countHeavyRequest(ctx, member);
      return previewWhatIf(ctx, member, request.body);
    },
  );

  server.post(
    '/whatifs',
    { schema: { body: NewWhatIf, response: { 201: WhatIf, 202: WhatIf } } },
    async (request, reply) => {
      const member = await request.member();
      await countHeavyRequest(ctx, member);
      const made = await createWhatIf(ctx, member, request.body);
      return reply.code(statusOf(made, 201)).send(made);
    },
  );

  server.get('/whatifs/:whatIfId', { schema: { params: WhatIfPath, response: { 200: WhatIf } } }, async (request) => {
    const member = await request.member();
    return inScope(ctx, member, (tx) => readWhatIf(tx, member.organizationId, request.params.whatIfId));
  });

  server.patch(
    '/whatifs/:whatIfId',
    { schema: { params: WhatIfPath, body: WhatIfNaming, response: { 200: WhatIf } } },
    async (request) => {
      const member = await request.member();
      const { whatIfId } = request.params;
      return inScope(ctx, member, (tx) => renameWhatIf(tx, member.organizationId, whatIfId, request.body.name));
    },
  );

  server.delete(
    '/whatifs/:whatIfId',
    { schema: { params: WhatIfPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = await request.member();
      await inScope(ctx, member, (tx) => deleteWhatIf(tx, member.organizationId, request.params.whatIfId));
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/whatifs/:whatIfId/run',
    { schema: { params: WhatIfPath, response: { 200: WhatIf, 202: WhatIf } } },
    async (request, reply) => {
      const member = await request.member();
      await countHeavyRequest(ctx, member);
      const found = await rerunWhatIf(ctx, member, request.params.whatIfId);
      return reply.code(statusOf(found, 200)).send(found);
    },
  );

  server.post(
    '/whatifs/:whatIfId/cancel',
    { schema: { params: WhatIfPath, response: { 200: WhatIf } } },
    async (request) => {
      const member = await request.member();
      return inScope(ctx, member, (tx) => cancelWhatIf(tx, member.organizationId, request.params.whatIfId));
    },
  );
}
