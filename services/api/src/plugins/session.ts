import { randomUUID } from 'node:crypto';
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { AccountContext } from '@tokengrip/core/domain/accounts/account-context';
import { findMember, type Member } from '@tokengrip/core/domain/accounts/find-member';
import type { Place } from '@tokengrip/core/domain/accounts/log-in';
import { refreshSession } from '@tokengrip/core/domain/accounts/refresh-session';
import { type OpenSession, startSession } from '@tokengrip/core/domain/accounts/sessions';
import { AppError } from '@tokengrip/core/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { ApiConfig } from '../config.ts';
import { readAsBearer, readBearer, readOrganization } from './bearer.ts';
import { networkOf } from './rate-limit.ts';
import { ACCESS_LIFE_MS, DEVICE_LIFE_MS, type Tokens } from './session-tokens.ts';

/**
 * No cookie can be read by a script or sent by another site, and each is sent no further than it is needed: the one that
 * makes new ones to a single address.
 */
const COOKIES = {
  access: { name: 'tokengrip_access', path: '/api' },
  refresh: { name: 'tokengrip_refresh', path: '/api/v1/auth/refresh' },
  /** Stays after logging out: it opens nothing, and says that this browser is no stranger. */
  device: { name: 'tokengrip_device', path: '/api/v1/auth' },
} as const;

/** Of earlier versions. Not read any more. */
const OLD_COOKIE = { name: 'tokengrip_session', path: '/api' } as const;

declare module 'fastify' {
  interface FastifyInstance {
    /** Begins a session and sets its cookies. */
    logIn(request: FastifyRequest, reply: FastifyReply, person: { userId: number; email: string }): Promise<Member>;
    /**
     * New cookies for those of the request.
     * @throws AppError `unauthenticated` when the session has ended; the cookies are then removed
     */
    refresh(request: FastifyRequest, reply: FastifyReply): Promise<void>;
    /** Removes the session's cookies. */
    forgetSession(reply: FastifyReply): void;
  }
  interface FastifyRequest {
    /**
     * Who asks.
     * @throws AppError `unauthenticated` without a live session
     */
    member(): Promise<Member>;
    /** Who asks, once it was looked up. */
    knownMember: Promise<Member> | null;
    /** Where an attempt at a secret comes from. */
    place(): Place;
  }
}

/**
 * Sessions: a signed token of ten minutes names a session in the database, which is looked at each time, so that a session
 * can be ended from anywhere at once. A second one, which changes with each use, makes the next.
 */
export const sessions = (ctx: AccountContext, config: ApiConfig, tokens: Tokens) =>
  plugin(
    async (server) => {
      type Cookie = { name: string; path: string };
      const optionsOf = ({ path }: Cookie): CookieSerializeOptions => ({
        httpOnly: true,
        secure: config.COOKIE_SECURE,
        sameSite: 'strict',
        path,
      });
      const set = (reply: FastifyReply, cookie: Cookie, value: string, lifeMs: number) =>
        reply.setCookie(cookie.name, value, { ...optionsOf(cookie), maxAge: Math.floor(lifeMs / 1000) });
      const remove = (reply: FastifyReply, cookie: Cookie) => reply.clearCookie(cookie.name, optionsOf(cookie));
      const clientOf = (request: FastifyRequest) => ({
        userAgent: request.headers['user-agent'],
        address: request.ip,
      });
      const deviceOf = (request: FastifyRequest) => tokens.read('device', request.cookies[COOKIES.device.name]);

      function hand(reply: FastifyReply, session: OpenSession) {
        set(reply, COOKIES.access, tokens.sign('access', session), ACCESS_LIFE_MS);
        set(reply, COOKIES.refresh, session.refreshToken, session.expiresAt.getTime() - ctx.clock.now().getTime());
      }

      server.decorate('logIn', async (request, reply, { userId, email }) => {
        const session = await startSession(ctx, userId, clientOf(request));
        const member = await findMember(ctx, session);
        if (!member) throw new AppError('forbidden', 'This account belongs to no organization any more');
        hand(reply, session);
        const known = deviceOf(request);
        const id = known?.userId === userId ? known.id : randomUUID();
        set(reply, COOKIES.device, tokens.sign('device', { userId, id }), DEVICE_LIFE_MS);
        if (request.cookies[OLD_COOKIE.name] !== undefined) remove(reply, OLD_COOKIE);
        await ctx.attempts.trust({ account: email, address: networkOf(request.ip) });
        return member;
      });

      server.decorate('refresh', async (request, reply) => {
        const token = request.cookies[COOKIES.refresh.name];
        const session = token === undefined ? undefined : await refreshSession(ctx, token, clientOf(request));
        if (!session) {
          server.forgetSession(reply);
          throw new AppError('unauthenticated', 'The session has ended: log in again');
        }
        hand(reply, session);
      });

      server.decorate('forgetSession', (reply) => {
        remove(reply, COOKIES.access);
        remove(reply, COOKIES.refresh);
      });

      async function identify(request: FastifyRequest): Promise<Member> {
        const secret = readBearer(request);
        if (secret !== undefined) return readAsBearer(ctx, request, secret, config);
        const session = tokens.read('access', request.cookies[COOKIES.access.name]);
        const wanted = readOrganization(request);
        const found = session && (await findMember(ctx, session, wanted));
        if (found) return { ...found, address: request.ip };
        if (session && wanted !== undefined && (await findMember(ctx, session))) {
          throw new AppError('not_found', `You are in no organization ${wanted}`);
        }
        throw new AppError('unauthenticated', 'Log in first');
      }

      server.decorateRequest('knownMember', null);
      server.decorateRequest('member', async function member(this: FastifyRequest) {
        this.knownMember ??= identify(this);
        return this.knownMember;
      });

      server.decorateRequest('place', function place(this: FastifyRequest) {
        return { address: networkOf(this.ip), device: deviceOf(this) };
      });
    },
    { name: 'sessions' },
  );
