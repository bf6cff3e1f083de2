import { Realized, RealizedPath, RealizedSummary } from '@tokengrip/core/contract/realized';
import { inScope } from '@tokengrip/core/db/scope';
import { readRealized, summarizeRealized } from '@tokengrip/core/domain/realized/read-realized';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiContext } from '../context.ts';

export function realizedRoutes(server: Server, ctx: ApiContext): void {
  server.get('/realized', { schema: { response: { 200: RealizedSummary } } }, async (request) => {
    const member = await request.member();
    const organization = { id: member.organizationId, timeZone: member.timeZone };
    return inScope(ctx, member, (tx) => summarizeRealized(tx, organization));
  });

  server.get(
    '/realized/:recommendationId',
    { schema: { params: RealizedPath, response: { 200: Realized } } },
    async (request) => {
      const member = await request.member();
      const organization = { id: member.organizationId, timeZone: member.timeZone };
      return inScope(ctx, member, (tx) => readRealized(tx, organization, request.params.recommendationId));
    },
  );
}
