import { Id } from '@tokengrip/core/contract/common';
import {
  DismissRequest,
  FindSavingsReply,
  Recommendation,
  RecommendationList,
  RecommendationsExportQuery,
  RecommendationsQuery,
  SnoozeRequest,
} from '@tokengrip/core/contract/savings';
import { inScope, inSnapshot, type Tx } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { recommendationsFile } from '@tokengrip/core/domain/exports/recommendations-file';
import { acceptAndFollow } from '@tokengrip/core/domain/realized/accept-and-follow';
import {
  dismissRecommendation,
  reopenRecommendation,
  snoozeRecommendation,
} from '@tokengrip/core/domain/savings/decide';
import { listRecommendations, readRecommendation } from '@tokengrip/core/domain/savings/list-recommendations';
import { requestSavings } from '@tokengrip/core/domain/savings/request-run';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { attach } from './attachment.ts';

const params = Type.Object({ recommendationId: Id });
const response = { 200: Recommendation };

export function savingsRoutes(server: Server, ctx: ApiContext): void {
  type Author = { organizationId: number; userId: number; now: Date };

  const organizationOf = ({ organizationId, timeZone }: Member) => ({ id: organizationId, timeZone });

  const decide = (member: Member, id: number, work: (tx: Tx, author: Author) => Promise<void>) =>
    inScope(ctx, member, async (tx) => {
      const { organizationId, userId } = member;
      const now = ctx.clock.now();
      await work(tx, { organizationId, userId, now });
      return readRecommendation(tx, organizationOf(member), id, now);
    });

  server.get(
    '/recommendations',
    { schema: { querystring: RecommendationsQuery, response: { 200: RecommendationList } } },
    async (request) => {
      const member = await request.member();
      return inSnapshot(ctx, member, (tx) =>
        listRecommendations(tx, organizationOf(member), request.query, ctx.clock.now()),
      );
    },
  );

  server.get(
    '/recommendations/export',
    { schema: { querystring: RecommendationsExportQuery } },
    async (request, reply) => {
      const member = await request.member();
      const file = await inSnapshot(ctx, member, (tx) =>
        recommendationsFile(tx, organizationOf(member), request.query, ctx.clock.now()),
      );
      return attach(reply, file).send(file.text);
    },
  );

  server.get('/recommendations/:recommendationId', { schema: { params, response } }, async (request) => {
    const member = await request.member();
    return inSnapshot(ctx, member, (tx) =>
      readRecommendation(tx, organizationOf(member), request.params.recommendationId, ctx.clock.now()),
    );
  });

  server.post('/recommendations/find', { schema: { response: { 202: FindSavingsReply } } }, async (request, reply) => {
    const { organizationId } = await request.member();
    return reply.code(202).send({ run: await requestSavings(ctx, organizationId) });
  });

  server.post('/recommendations/:recommendationId/accept', { schema: { params, response } }, async (request) => {
    const { recommendationId: id } = request.params;
    const member = await request.member();
    await acceptAndFollow(ctx, member, id);
    return inScope(ctx, member, (tx) => readRecommendation(tx, organizationOf(member), id, ctx.clock.now()));
  });

  server.post(
    '/recommendations/:recommendationId/dismiss',
    { schema: { params, body: DismissRequest, response } },
    async (request) => {
      const { recommendationId: id } = request.params;
      return decide(await request.member(), id, (tx, author) => dismissRecommendation(tx, author, id, request.body));
    },
  );

  server.post(
    '/recommendations/:recommendationId/snooze',
    { schema: { params, body: SnoozeRequest, response } },
    async (request) => {
      const { recommendationId: id } = request.params;
      return decide(await request.member(), id, (tx, author) => snoozeRecommendation(tx, author, id, request.body));
    },
  );

  server.post('/recommendations/:recommendationId/reopen', { schema: { params, response } }, async (request) => {
    const { recommendationId: id } = request.params;
    return decide(await request.member(), id, (tx, author) => reopenRecommendation(tx, author, id));
  });
}
