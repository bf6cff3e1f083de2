import { MINUTE } from '@tokengrip/core/clock';
import type { RedisContext } from '@tokengrip/core/context';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { AppError } from '@tokengrip/core/errors';

/** What takes a tenth of a second of this process or two, by person or key: more than anybody who tries changes asks for. */
const HEAVY_REQUESTS_PER_MINUTE = 60;

/**
 * Counts a request of somebody in this minute, over all replicas; open while Redis is away.
 * @throws AppError `rate_limited` when it is one too many
 */
export async function countRequest(
  ctx: RedisContext,
  { what, who, most, message }: { what: string; who: string; most: number; message: string },
): Promise<void> {
  if (most === 0) return;
  const now = ctx.clock.now().getTime();
  const minute = Math.floor(now / MINUTE);
  const key = `tokengrip:${what}:${who}:${minute}`;
  let requests: number;
  try {
    const replies = await ctx.redis.multi().incr(key).pexpire(key, MINUTE).exec();
    requests = Number(replies?.[0]?.[1] ?? 0);
  } catch (error) {
    ctx.log.debug({ err: error }, 'requests are not counted while Redis is away');
    return;
  }
  if (requests <= most) return;
  throw new AppError('rate_limited', message, {
    retryAfterSeconds: Math.ceil(((minute + 1) * MINUTE - now) / 1_000),
  });
}

/** @throws AppError `rate_limited` */
export const countHeavyRequest = (ctx: RedisContext, { organizationId, userId, keyId }: Member): Promise<void> =>
  countRequest(ctx, {
    what: 'heavy',
    who: keyId === undefined ? `${organizationId}-${userId}` : `${organizationId}-key-${keyId}`,
    most: HEAVY_REQUESTS_PER_MINUTE,
    message: `Costs are computed anew ${HEAVY_REQUESTS_PER_MINUTE} times a minute; wait a moment`,
  });
