import { Me } from '@tokengrip/core/contract/accounts';
import { ConfirmEmailRequest, RegisterRequest, RegistrationRequest } from '@tokengrip/core/contract/auth';
import { confirmEmail } from '@tokengrip/core/domain/accounts/change-email';
import { mailRegistrationLink, register } from '@tokengrip/core/domain/accounts/register';
import { defaultTerms } from '@tokengrip/core/domain/organizations/terms';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiConfig } from '../config.ts';
import type { AuthContext } from '../context.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';
import { describeMember } from './accounts-me.ts';

/** Registration where it is open, and the confirmation of addresses. */
export function registrationRoutes(server: Server, ctx: AuthContext, config: ApiConfig): void {
  const requireOpen = () => {
    if (!config.OPEN_REGISTRATION) throw new AppError('forbidden', 'Accounts are made by invitation here');
  };

  server.post(
    '/auth/registrations',
    { config: ATTEMPTS, schema: { body: RegistrationRequest, response: { 202: Type.Object({}) } } },
    async (request, reply) => {
      requireOpen();
      if (!ctx.outbox) throw new AppError('not_found', 'No mail is sent here: register with a name and a password');
      server.afterReply('registration', () => mailRegistrationLink(ctx, request.body.email));
      return reply.code(202).send({});
    },
  );

  server.post(
    '/auth/register',
    { config: ATTEMPTS, schema: { body: RegisterRequest, response: { 201: Me } } },
    async (request, reply) => {
      requireOpen();
      const person = await register(ctx, { ...request.body, terms: defaultTerms(config) });
      return reply.code(201).send(await describeMember(ctx, await server.logIn(request, reply, person)));
    },
  );

  server.post(
    '/auth/confirm-email',
    { config: ATTEMPTS, schema: { body: ConfirmEmailRequest, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await confirmEmail(ctx, request.body.token);
      return reply.code(204).send(null);
    },
  );
}
