import type { Role } from '@tokengrip/core/contract/accounts';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { isAtLeast, leastRole, mayDo } from '@tokengrip/core/domain/members/permissions';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { FastifyRequest, RouteOptions } from 'fastify';
import { ACCESS, READABLE_BY_KEY } from './access.ts';
import { readBearer } from './bearer.ts';

/**
 * Holds every route of a scope to what `ACCESS` says of it, before the body is read: who may not send costs nothing.
 * @throws Error at start for a route that is not listed
 */
export function requireAccess(server: Server, prefix: string): void {
  const nameOf = (method: string, url = '') => `${method} ${url.slice(prefix.length)}`;

  server.addHook('onRoute', (route: RouteOptions) => {
    for (const method of [route.method].flat()) {
      if (method === 'HEAD' || method === 'OPTIONS') continue;
      const name = nameOf(method, route.url);
      if (ACCESS[name] === undefined) throw new Error(`plugins/access.ts does not say who may ask for ${name}`);
    }
  });

  server.addHook('onRequest', async (request) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const name = nameOf(method, request.routeOptions.url);
    const access = ACCESS[name];
    if (access === undefined || access === 'public') return;
    const member = await request.member();
    if (readBearer(request) !== undefined) requireReadable(request, name, access, member);
    if (access === 'person' || mayDo(member.role, access)) return;
    const least = leastRole(access);
    throw new AppError('forbidden', `This needs the role ${least}; yours is ${member.role}`);
  });
}

/** Tokens read figures, whatever their person may do besides; a key reads those of its project. */
function requireReadable(request: FastifyRequest, name: string, access: string, member: Member): void {
  const reads = (request.method === 'GET' || request.method === 'HEAD') && access === 'usage.read';
  if (reads && (member.keyId === undefined || READABLE_BY_KEY.has(name))) return;
  throw new AppError(
    'insufficient_scope',
    member.keyId === undefined
      ? 'A personal token reads, and nothing else'
      : 'A key reads figures and records of its project',
  );
}

/** @throws AppError `forbidden` when the member's role is less than `least` */
export function requireRole(member: Member, least: Role): Member {
  if (!isAtLeast(member.role, least)) {
    throw new AppError('forbidden', `This needs the role ${least}; yours is ${member.role}`);
  }
  return member;
}
