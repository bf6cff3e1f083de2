import { Me, SetupRequest } from '@tokengrip/core/contract/accounts';
import { setUpInstallation } from '@tokengrip/core/domain/accounts/set-up';
import { defaultTerms } from '@tokengrip/core/domain/organizations/terms';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';
import { describeMember } from './accounts-me.ts';

export function accountRoutes(server: Server, ctx: ApiContext, config: ApiConfig): void {
  server.post(
    '/auth/setup',
    { config: ATTEMPTS, schema: { body: SetupRequest, response: { 201: Me } } },
    async (request, reply) => {
      const person = await setUpInstallation(ctx, { ...request.body, terms: defaultTerms(config) });
      return reply.code(201).send(await describeMember(ctx, await server.logIn(request, reply, person)));
    },
  );

  server.get('/me', { schema: { response: { 200: Me } } }, async (request) =>
    describeMember(ctx, await request.member()),
  );
}
