import { isIPv6 } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';

/** Routes ask for the limit by `config: ATTEMPTS`; each of them counts the attempts of an address for itself. */
export const ATTEMPTS = { rateLimit: {} } as const;

/**
 * Refreshing: there is nothing to guess, and the tabs of a whole office behind one address do it all the time. Only a
 * loop that has run wild is stopped.
 */
export const REFRESHES = { rateLimit: { max: 600 } } as const;

/** Limits attempts at secrets per address and minute, over all replicas by Redis; open while Redis is away. */
export async function limitAttempts(server: Server, ctx: ApiContext, config: ApiConfig): Promise<void> {
  await server.register(rateLimit, {
    global: false,
    max: config.AUTH_ATTEMPTS_PER_MINUTE,
    timeWindow: '1 minute',
    redis: ctx.redis,
    nameSpace: 'tokengrip:attempts:',
    skipOnError: true,
    keyGenerator: (request) => networkOf(request.ip),
    errorResponseBuilder: (_request, { ttl }) =>
      new AppError('rate_limited', `Too many attempts: try again in ${Math.ceil(ttl / 1000)} seconds`, {
        retryAfterSeconds: Math.ceil(ttl / 1000),
      }),
  });
}

/** What counts as one address: of IPv6 the first 64 bits, as every customer has all of the others. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length;
    while (groups.length + behind < 8) groups.push('0');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
