import { findMember, type Member } from '@tokengrip/core/domain/accounts/find-member';
import { endSession, SESSION_LIFE_MS, startSession } from '@tokengrip/core/domain/accounts/sessions';
import { AppError } from '@tokengrip/core/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import jwt from 'jsonwebtoken';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';

const COOKIE = 'tokengrip_session';
const ALGORITHM = 'HS256';

declare module 'fastify' {
  interface FastifyInstance {
    /** Begins a session and sets its cookie. */
    logIn(request: FastifyRequest, reply: FastifyReply, userId: number): Promise<Member>;
    /** Ends the request's session, if it has one, and removes the cookie. */
    logOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
  interface FastifyRequest {
    /**
     * Who asks.
     * @throws AppError `unauthenticated` without a live session
     */
    member(): Promise<Member>;
  }
}

/**
 * Sessions: a signed token in a cookie that scripts cannot read and other sites cannot send. The token names a session
 * in the database, which is looked at each time, so that a session can be ended from anywhere.
 */
export const sessions = (ctx: ApiContext, config: ApiConfig) =>
  plugin(
    async (server) => {
      const cookieOptions = { httpOnly: true, secure: config.COOKIE_SECURE, sameSite: 'strict', path: '/api' } as const;

      function readToken(request: FastifyRequest): { id: string; userId: number } | undefined {
        const token = request.cookies[COOKIE];
        if (token === undefined) return undefined;
        try {
          const claims = jwt.verify(token, config.JWT_SECRET, { algorithms: [ALGORITHM] }) as jwt.JwtPayload;
          return { id: String(claims.sid), userId: Number(claims.sub) };
        } catch {
          return undefined;
        }
      }

      server.decorate('logIn', async (request: FastifyRequest, reply: FastifyReply, userId: number) => {
        const session = await startSession(ctx, userId, {
          userAgent: request.headers['user-agent'],
          address: request.ip,
        });
        const token = jwt.sign({ sid: session.id }, config.JWT_SECRET, {
          algorithm: ALGORITHM,
          subject: String(userId),
          expiresIn: SESSION_LIFE_MS / 1000,
        });
        reply.setCookie(COOKIE, token, { ...cookieOptions, maxAge: SESSION_LIFE_MS / 1000 });
        const member = await findMember(ctx, session);
        if (!member) throw new AppError('forbidden', 'This account belongs to no organization any more');
        return member;
      });

      server.decorate('logOut', async (request: FastifyRequest, reply: FastifyReply) => {
        const session = readToken(request);
        if (session) await endSession(ctx, session);
        reply.clearCookie(COOKIE, cookieOptions);
      });

      server.decorateRequest('member', async function member(this: FastifyRequest) {
        const session = readToken(this);
        const found = session && (await findMember(ctx, session));
        if (!found) throw new AppError('unauthenticated', 'Log in first');
        return found;
      });
    },
    { name: 'sessions' },
  );
