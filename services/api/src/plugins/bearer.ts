import type { RedisContext } from '@tokengrip/core/context';
import { ORGANIZATION_HEADER } from '@tokengrip/core/contract/teams';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { findBearer } from '@tokengrip/core/domain/tokens/find-bearer';
import { AppError } from '@tokengrip/core/errors';
import type { FastifyRequest } from 'fastify';
import { countRequest } from './count-requests.ts';

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
  const most = config.API_READS_PER_MINUTE;
  await countRequest(ctx, { what: 'reads', who: countedAs, most, message: `A token may read ${most} times a minute` });
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
