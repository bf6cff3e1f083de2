import { Me, OrganizationChange, SetupRequest } from '@tokengrip/core/contract/accounts';
import { inScope } from '@tokengrip/core/db/scope';
import { setUpInstallation } from '@tokengrip/core/domain/accounts/set-up';
import { changeTimeZone } from '@tokengrip/core/domain/rollups/change-time-zone';
import type { Server } from '@tokengrip/core/http/server';
import { buildCalendarsJob } from '@tokengrip/core/queues/jobs';
import type { ApiContext } from '../context.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';
import { requireRole } from '../plugins/roles.ts';
import { describeMember } from './accounts-me.ts';

export function accountRoutes(server: Server, ctx: ApiContext): void {
  server.post(
    '/auth/setup',
    { config: ATTEMPTS, schema: { body: SetupRequest, response: { 201: Me } } },
    async (request, reply) => {
      const person = await setUpInstallation(ctx, request.body);
      return reply.code(201).send(await describeMember(ctx, await server.logIn(request, reply, person)));
    },
  );

  server.get('/me', { schema: { response: { 200: Me } } }, async (request) =>
    describeMember(ctx, await request.member()),
  );

  server.patch('/organization', { schema: { body: OrganizationChange, response: { 200: Me } } }, async (request) => {
    const member = requireRole(await request.member(), 'admin');
    const { timeZone } = request.body;
    await inScope(ctx, member, (tx) => changeTimeZone(tx, member.organizationId, timeZone));
    // The worker also looks for itself, should Redis be away.
    await ctx.jobs.send(buildCalendarsJob, {}).catch(() => {});
    return describeMember(ctx, { ...member, timeZone });
  });
}
