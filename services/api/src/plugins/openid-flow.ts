import type { CookieSerializeOptions } from '@fastify/cookie';
import { type Clock, MINUTE } from '@tokengrip/core/clock';
import type { Sealer } from '@tokengrip/core/sealing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpenIdSecrets } from './openid-provider.ts';

const COOKIE = 'tokengrip_openid';
const PURPOSE = 'openid flow';
const LIFE_MS = 10 * MINUTE;

/** A person who is at the provider. */
export interface OpenIdFlow {
  secrets: OpenIdSecrets;
  redirect?: string;
  invitation?: string;
  timeZone?: string;
  /** Whose account is to be linked; absent for a log-in. */
  link?: { userId: number; sessionId: string };
}

export interface OpenIdFlows {
  remember(reply: FastifyReply, flow: OpenIdFlow): void;
  /** The flow that this browser began within ten minutes; it is forgotten with that. */
  take(request: FastifyRequest, reply: FastifyReply): OpenIdFlow | undefined;
}

/**
 * Flows are kept by the browser that began them, sealed: a log-in that was begun elsewhere cannot be finished in it. The
 * cookie is SameSite=Lax, as coming back is a navigation from another site; it opens nothing by itself.
 */
export function createOpenIdFlows(
  { sealer, clock }: { sealer: Sealer; clock: Clock },
  config: { COOKIE_SECURE: boolean },
): OpenIdFlows {
  const options: CookieSerializeOptions = {
    httpOnly: true,
    secure: config.COOKIE_SECURE,
    sameSite: 'lax',
    path: '/api/v1/auth/openid',
  };
  return {
    remember(reply, flow) {
      const kept = JSON.stringify({ flow, until: clock.now().getTime() + LIFE_MS });
      const value = sealer.seal(PURPOSE, kept).toString('base64url');
      reply.setCookie(COOKIE, value, { ...options, maxAge: LIFE_MS / 1_000 });
    },
    take(request, reply) {
      const value = request.cookies[COOKIE];
      if (value === undefined) return undefined;
      reply.clearCookie(COOKIE, options);
      try {
        const kept = JSON.parse(sealer.open(PURPOSE, Buffer.from(value, 'base64url'))) as {
          flow: OpenIdFlow;
          until: number;
        };
        return kept.until > clock.now().getTime() ? kept.flow : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
