import { Account, AccountChange, EmailChange, PasswordChange } from '@tokengrip/core/contract/auth';
import { changeEmail } from '@tokengrip/core/domain/accounts/change-email';
import { changeName } from '@tokengrip/core/domain/accounts/change-name';
import { changePassword } from '@tokengrip/core/domain/accounts/change-password';
import { readAccount } from '@tokengrip/core/domain/accounts/read-account';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';

/** What people change about themselves. */
export function ownAccountRoutes(server: Server, ctx: AuthContext): void {
  server.get('/account', { schema: { response: { 200: Account } } }, async (request) => {
    const { userId } = await request.member();
    return readAccount(ctx, userId);
  });

  server.patch('/account', { schema: { body: AccountChange, response: { 200: Account } } }, async (request) => {
    const { userId } = await request.member();
    await changeName(ctx, userId, request.body.name);
    return readAccount(ctx, userId);
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
    return readAccount(ctx, member.userId);
  });
}
