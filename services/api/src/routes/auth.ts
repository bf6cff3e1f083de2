import { Me } from '@tokengrip/core/contract/accounts';
import { LoginRequest, TwoFactorChallenge, TwoFactorRequest } from '@tokengrip/core/contract/auth';
import { checkCode } from '@tokengrip/core/domain/accounts/check-code';
import { checkCredentials } from '@tokengrip/core/domain/accounts/log-in';
import { endSession } from '@tokengrip/core/domain/accounts/sessions';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';
import { ATTEMPTS, REFRESHES } from '../plugins/rate-limit.ts';
import type { Tokens } from '../plugins/session-tokens.ts';
import { describeMember } from './accounts-me.ts';

/** Logging in, in one step or two, staying in, and logging out. */
export function authRoutes(server: Server, ctx: AuthContext, tokens: Tokens): void {
  server.post(
    '/auth/login',
    { config: ATTEMPTS, schema: { body: LoginRequest, response: { 200: Me, 202: TwoFactorChallenge } } },
    async (request, reply) => {
      const person = await checkCredentials(ctx, request.body, request.place());
      if (person.needsCode) {
        const challenge = tokens.sign('challenge', { userId: person.userId, id: person.passwordVersion });
        return reply.code(202).send({ challenge });
      }
      return reply.send(await describeMember(ctx, await server.logIn(request, reply, person)));
    },
  );

  server.post(
    '/auth/two-factor',
    { config: ATTEMPTS, schema: { body: TwoFactorRequest, response: { 200: Me } } },
    async (request, reply) => {
      const challenge = tokens.read('challenge', request.body.challenge);
      if (!challenge) throw new AppError('unauthenticated', 'That took too long: log in again');
      const { userId, id: passwordVersion } = challenge;
      const person = await checkCode(ctx, { userId, passwordVersion }, request.body.code, request.place());
      return describeMember(ctx, await server.logIn(request, reply, person));
    },
  );

  server.post(
    '/auth/refresh',
    { config: REFRESHES, schema: { response: { 204: Type.Null() } } },
    async (request, reply) => {
      await server.refresh(request, reply);
      return reply.code(204).send(null);
    },
  );

  // Without a live access token the page refreshes first: only then is it known which session ends.
  server.post('/auth/logout', { schema: { response: { 204: Type.Null() } } }, async (request, reply) => {
    const { sessionId, userId } = await request.member();
    await endSession(ctx, { id: sessionId, userId });
    server.forgetSession(reply);
    return reply.code(204).send(null);
  });
}
