import { LoginRequest, Me, OrganizationChange, SetupRequest } from '@tokengrip/core/contract/accounts';
import { inScope } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { checkCredentials } from '@tokengrip/core/domain/accounts/log-in';
import { setUpInstallation } from '@tokengrip/core/domain/accounts/set-up';
import { listProjects } from '@tokengrip/core/domain/projects/list-projects';
import { changeTimeZone } from '@tokengrip/core/domain/rollups/change-time-zone';
import type { Server } from '@tokengrip/core/http/server';
import { buildCalendarsJob } from '@tokengrip/core/queues/jobs';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';
import { requireRole } from '../plugins/roles.ts';

export function accountRoutes(server: Server, ctx: ApiContext): void {
  const describe = async (member: Member): Promise<Me> => ({
    user: { id: member.userId, email: member.email, name: member.name },
    organization: { id: member.organizationId, name: member.organizationName, timeZone: member.timeZone },
    role: member.role,
    projects: await inScope(ctx, member, (tx) => listProjects(tx, member.organizationId)),
  });

  server.post(
    '/auth/setup',
    { config: ATTEMPTS, schema: { body: SetupRequest, response: { 201: Me } } },
    async (request, reply) => {
      const { userId } = await setUpInstallation(ctx, request.body);
      return reply.code(201).send(await describe(await server.logIn(request, reply, userId)));
    },
  );

  server.post(
    '/auth/login',
    { config: ATTEMPTS, schema: { body: LoginRequest, response: { 200: Me } } },
    async (request, reply) => {
      const { userId } = await checkCredentials(ctx, request.body);
      return describe(await server.logIn(request, reply, userId));
    },
  );

  server.post('/auth/logout', { schema: { response: { 204: Type.Null() } } }, async (request, reply) => {
    await server.logOut(request, reply);
    return reply.code(204).send(null);
  });

  server.get('/me', { schema: { response: { 200: Me } } }, async (request) => describe(await request.member()));
  server.patch('/organization', { schema: { body: OrganizationChange, response: { 200: Me } } }, async (request) => {
    const member = requireRole(await request.member(), 'admin');
    const { timeZone } = request.body;
    await inScope(ctx, member, (tx) => changeTimeZone(tx, member.organizationId, timeZone));
    // The worker also looks for itself, should Redis be away.
    await ctx.jobs.send(buildCalendarsJob, {}).catch(() => {});
    return describe({ ...member, timeZone });
  });
}
