import { PasswordProof, RecoveryCodes, TwoFactorConfirmation, TwoFactorSetup } from '@tokengrip/core/contract/auth';
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  renewRecoveryCodes,
} from '@tokengrip/core/domain/accounts/second-factor';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';

/** The second factor of one's own account. */
export function twoFactorRoutes(server: Server, ctx: AuthContext): void {
  server.post(
    '/account/two-factor',
    { schema: { body: PasswordProof, response: { 200: TwoFactorSetup } } },
    async (request) => beginSecondFactor(ctx, await request.member(), request.body.currentPassword),
  );

  server.post(
    '/account/two-factor/confirm',
    { schema: { body: TwoFactorConfirmation, response: { 200: RecoveryCodes } } },
    async (request) => ({
      recoveryCodes: await confirmSecondFactor(ctx, await request.member(), request.body.code),
    }),
  );

  server.post(
    '/account/two-factor/recovery-codes',
    { schema: { body: PasswordProof, response: { 200: RecoveryCodes } } },
    async (request) => ({
      recoveryCodes: await renewRecoveryCodes(ctx, await request.member(), request.body.currentPassword),
    }),
  );

  server.post(
    '/account/two-factor/off',
    { schema: { body: PasswordProof, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await endSecondFactor(ctx, await request.member(), request.body.currentPassword);
      return reply.code(204).send(null);
    },
  );
}
