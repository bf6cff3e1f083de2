import { Account, AccountChange, EmailChange, PasswordChange } from '@tokengrip/core/contract/auth';
import { changeEmail } from '@tokengrip/core/domain/accounts/change-email';
import { changeName } from '@tokengrip/core/domain/accounts/change-name';
import { changePassword } from '@tokengrip/core/domain/accounts/change-password';
import { readAccount } from '@tokengrip/core/domain/accounts/read-account';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';
import type { OpenIdProvider } from '../plugins/openid-provider.ts';

/** What people change about themselves. */
export function ownAccountRoutes(server: Server, ctx: AuthContext, provider: OpenIdProvider | undefined): void {
  const read = (userId: number) => readAccount(ctx, userId, provider?.settings.issuer.href);

  server.get('/account', { schema: { response: { 200: Account } } }, async (request) => {
    const { userId } = await request.member();
    return read(userId);
  });

  server.patch('/account', { schema: { body: AccountChange, response: { 200: Account } } }, async (request) => {
    const { userId } = await request.member();
    await changeName(ctx, userId, request.body.name);
    return read(userId);
  });

  server.post(
    '/account/password',
    { schema: { body: PasswordChange, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await changePassword(ctx, await request.member(), request.body);
      return reply.code(204).send(null);
    },
  );

  server.post('/account/email', { schema: { body: EmailChange, response: { 200: Account } } }, async (request) => {
    const member = await request.member();
    await changeEmail(ctx, member, request.body);
    return read(member.userId);
  });
}
