import rateLimit from '@fastify/rate-limit';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';

/** Routes ask for the limit by `config: ATTEMPTS`; all of them share one count per address. */
export const ATTEMPTS = { rateLimit: {} } as const;

/** Limits attempts at secrets per address and minute, over all replicas by Redis; open while Redis is away. */
export async function limitAttempts(server: Server, ctx: ApiContext, config: ApiConfig): Promise<void> {
  await server.register(rateLimit, {
    global: false,
    max: config.AUTH_ATTEMPTS_PER_MINUTE,
    timeWindow: '1 minute',
    redis: ctx.redis,
    nameSpace: 'tokengrip:attempts:',
    skipOnError: true,
    keyGenerator: (request) => request.ip,
    groupId: 'auth',
    errorResponseBuilder: (_request, { ttl }) =>
      new AppError('rate_limited', `Too many attempts: try again in ${Math.ceil(ttl / 1000)} seconds`, {
        retryAfterSeconds: Math.ceil(ttl / 1000),
      }),
  });
}
