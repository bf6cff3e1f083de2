import { Id } from '@tokengrip/core/contract/common';
import { CreatedPersonalToken, NewPersonalToken, PersonalTokenList } from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { createToken, deleteToken, listTokens } from '@tokengrip/core/domain/tokens/personal-tokens';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';

const TokenPath = Type.Object({ tokenId: Id });

/** One's own tokens for the read API, of the organization at hand. */
export function tokenRoutes(server: Server, ctx: ApiContext): void {
  server.get('/tokens', { schema: { response: { 200: PersonalTokenList } } }, async (request) => {
    const member = await request.member();
    return { tokens: await inScope(ctx, member, (tx) => listTokens(tx, member)) };
  });

  server.post(
    '/tokens',
    { schema: { body: NewPersonalToken, response: { 201: CreatedPersonalToken } } },
    async (request, reply) => {
      const member = await request.member();
      const { name, expiresAt } = request.body;
      const input = { name, expiresAt: expiresAt ? new Date(expiresAt) : null, now: ctx.clock.now() };
      return reply.code(201).send(await inScope(ctx, member, (tx) => createToken(tx, member, input)));
    },
  );

  server.delete(
    '/tokens/:tokenId',
    { schema: { params: TokenPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = await request.member();
      await inScope(ctx, member, (tx) => deleteToken(tx, member, request.params.tokenId));
      return reply.code(204).send(null);
    },
  );
}
