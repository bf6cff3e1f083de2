import { SessionList } from '@tokengrip/core/contract/auth';
import { inScope } from '@tokengrip/core/db/scope';
import { listSessions } from '@tokengrip/core/domain/accounts/list-sessions';
import { endSession, endSessions } from '@tokengrip/core/domain/accounts/sessions';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { AuthContext } from '../context.ts';

const SessionPath = Type.Object({ sessionId: Type.String({ format: 'uuid' }) });

/** Where a person is logged in. */
export function sessionRoutes(server: Server, ctx: AuthContext): void {
  server.get('/account/sessions', { schema: { response: { 200: SessionList } } }, async (request) => ({
    sessions: await listSessions(ctx, await request.member()),
  }));

  server.delete(
    '/account/sessions/:sessionId',
    { schema: { params: SessionPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { userId, sessionId } = await request.member();
      const { sessionId: id } = request.params;
      if (!(await endSession(ctx, { id, userId }))) throw new AppError('not_found', 'This session has ended already');
      if (id === sessionId) server.forgetSession(reply);
      return reply.code(204).send(null);
    },
  );

  server.delete('/account/sessions', { schema: { response: { 204: Type.Null() } } }, async (request, reply) => {
    const { userId } = await request.member();
    await inScope(ctx, { userId }, (tx) => endSessions(tx, ctx.clock.now(), userId));
    server.forgetSession(reply);
    return reply.code(204).send(null);
  });
}
