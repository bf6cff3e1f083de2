import type { KeyOwner } from '@tokengrip/core/domain/keys/authenticate-key';
import type { Closed } from '@tokengrip/core/domain/projects/closed-projects';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IngestContext } from './context.ts';
import type { RateLimit } from './rate-limit.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key it is; `null` outside of the routes that ask for one. */
    keyOwner: KeyOwner | null;
  }
}

/**
 * Every route of this scope asks for a key and counts against its rate limit, before the body is read: who may not send
 * costs nothing.
 * @throws AppError `insufficient_scope` for a key that does not send usage; `project_archived`
 */
export function requireKey(server: Server, ctx: IngestContext, rateLimit: RateLimit | undefined): void {
  server.decorateRequest('keyOwner', null);
  server.addHook('onRequest', async (request, reply) => {
    const owner = await authenticate(ctx, request, reply);
    if (rateLimit) limit(rateLimit, owner, reply, ctx);
    if (!owner.scopes.includes('ingest')) throw new AppError('insufficient_scope', 'This key reads and sends no usage');
    if (owner.archived) throw projectClosed('archived');
    request.keyOwner = owner;
  });
}

export const projectClosed = (reason: Closed) =>
  reason === 'archived'
    ? new AppError('project_archived', 'The project is archived and takes no more records')
    : new AppError('unauthenticated', 'The project of this key was deleted');

async function authenticate({ keys }: IngestContext, request: FastifyRequest, reply: FastifyReply): Promise<KeyOwner> {
  try {
    return await keys.authenticate(readSecret(request));
  } catch (error) {
    // RFC 9110, 15.5.2: a 401 says how one authenticates.
    if (error instanceof AppError && error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    throw error;
  }
}

export function keyOwnerOf(request: FastifyRequest): KeyOwner {
  if (request.keyOwner === null) throw new Error('this route does not ask for a key');
  return request.keyOwner;
}

function readSecret(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
}

/** The fields are those of https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-06. */
function limit(rateLimit: RateLimit, owner: KeyOwner, reply: FastifyReply, ctx: IngestContext): void {
  const verdict = rateLimit.take(owner.keyId);
  reply.header('ratelimit-limit', String(verdict.limit));
  reply.header('ratelimit-remaining', String(verdict.remaining));
  reply.header('ratelimit-reset', String(verdict.resetSeconds));
  if (verdict.allowed) return;
  ctx.metrics.countRateLimited();
  throw new AppError('rate_limited', `The key may send ${verdict.limit} requests a minute; send larger batches`, {
    retryAfterSeconds: verdict.resetSeconds,
  });
}
