import { SampleDataState } from '@tokengrip/core/contract/accounts';
import { loadSampleData, readSampleDataState, removeSampleData } from '@tokengrip/core/domain/sample-data/sample-data';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';

const reply200 = { response: { 200: SampleDataState } };
const reply202 = { response: { 202: SampleDataState } };

export function sampleDataRoutes(server: Server, ctx: ApiContext): void {
  server.get('/sample-data', { schema: reply200 }, async (request) =>
    readSampleDataState(ctx, (await request.member()).organizationId),
  );

  server.post('/sample-data', { schema: reply202 }, async (request, reply) => {
    const member = requireRole(await request.member(), 'admin');
    return reply.code(202).send(await loadSampleData(ctx, member));
  });

  server.delete('/sample-data', { schema: reply202 }, async (request, reply) => {
    const member = requireRole(await request.member(), 'admin');
    return reply.code(202).send(await removeSampleData(ctx, member));
  });
}
