import { MINUTE } from '@tokengrip/core/clock';
import type { RedisContext } from '@tokengrip/core/context';
import { ORGANIZATION_HEADER } from '@tokengrip/core/contract/teams';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { findBearer } from '@tokengrip/core/domain/tokens/find-bearer';
import { AppError } from '@tokengrip/core/errors';
import type { FastifyRequest } from 'fastify';

/** The secret of a program: no cookie, so that no other site's page can make a browser send it. */
export const readBearer = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];

/**
 * The organization that the request names, if any.
 * @throws AppError `invalid_request` when it is no id
 */
export function readOrganization(request: FastifyRequest): number | undefined {
  const header = request.headers[ORGANIZATION_HEADER];
  if (header === undefined) return undefined;
  const id = Number(header);
  if (!Number.isInteger(id) || id < 1 || id > 2_147_483_647) {
    throw new AppError('invalid_request', 'X-Tokengrip-Organization must be the id of an organization');
  }
  return id;
}

/**
 * Whoever shows a personal token or a key that may read, as a member that only reads.
 * @throws AppError `unauthenticated`, `insufficient_scope`, `rate_limited`
 */
export async function readAsBearer(
  ctx: RedisContext,
  request: FastifyRequest,
  secret: string,
  config: { API_READS_PER_MINUTE: number },
): Promise<Member> {
  const { organizationId, organizationName, timeZone, role, person, key, countedAs } = await findBearer(ctx, secret);
  await count(ctx, countedAs, config.API_READS_PER_MINUTE);
  const wanted = readOrganization(request);
  if (wanted !== undefined && wanted !== organizationId) {
    throw new AppError('insufficient_scope', `This token is for organization ${organizationId} alone`);
  }
  return {
    organizationId,
    organizationName,
    timeZone,
    role,
    userId: person?.userId ?? 0,
    email: person?.email ?? '',
    name: person?.name ?? '',
    sessionId: '',
    address: request.ip,
    ...(key ?? {}),
  };
}

/** Requests of a minute, over all replicas; open while Redis is away. */
async function count(ctx: RedisContext, who: string, most: number): Promise<void> {
  if (most === 0) return;
  const now = ctx.clock.now().getTime();
  const minute = Math.floor(now / MINUTE);
  const key = `tokengrip:reads:${who}:${minute}`;
  let requests: number;
  try {
    const replies = await ctx.redis.multi().incr(key).pexpire(key, MINUTE).exec();
    requests = Number(replies?.[0]?.[1] ?? 0);
  } catch (error) {
    ctx.log.debug({ err: error }, 'reads are not counted while Redis is away');
    return;
  }
  if (requests <= most) return;
  throw new AppError('rate_limited', `A token may read ${most} times a minute`, {
    retryAfterSeconds: Math.ceil(((minute + 1) * MINUTE - now) / 1_000),
  });
}
