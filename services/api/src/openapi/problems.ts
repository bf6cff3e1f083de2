import type { Role } from '@tokengrip/core/contract/accounts';
import { PROBLEM_STATUS, type ProblemCode } from '@tokengrip/core/contract/problem';
import { leastRole } from '@tokengrip/core/domain/members/permissions';
import { ACCESS } from '../plugins/access.ts';
import type { CollectedRoute } from './collect-routes.ts';
import type { Operation } from './operations.ts';

/** What each code means to who gets it, for the document. */
export const PROBLEM_MEANINGS: Record<ProblemCode, string> = {
  malformed_json: 'The body is no JSON.',
  invalid_request: 'A parameter or a field is not what it has to be; `errors` names each.',
  unauthenticated: 'There is no session, or it has ended.',
  wrong_credentials: 'The password, code or address is wrong; which one is not said.',
  forbidden: 'The role does not allow it, or the request comes from another site.',
  insufficient_scope: 'The token is not for this.',
  project_archived: 'The project takes nothing in any more.',
  not_found: 'It is not there, or it belongs to somebody else.',
  conflict: 'It contradicts what is there, or what is under way.',
  setup_done: 'The installation has an owner already.',
  sole_owner: 'An organization would be left without an owner.',
  confirmation_required: 'It has to be confirmed first.',
  payload_too_large: 'The body is larger than the server takes.',
  unsupported_media_type: 'The body is not of the content type that is taken.',
  query_too_slow:
    'The query takes too long: choose a shorter period or fewer projects, or leave out what only records know.',
  export_too_large: 'The file has too many rows for one reply: make it in the background.',
  rate_limited: 'Too many attempts; `Retry-After` says when to go on.',
  internal: 'A defect of the server; its log has the details under `requestId`.',
  unavailable: 'Something that is needed is away for the moment; `Retry-After` says when to try again.',
};

/** The least role that is let through; `public` needs no log-in. */
export function whoMay(
  { method, path }: Pick<CollectedRoute, 'method' | 'path'>,
  operation: Operation,
): Role | 'public' {
  const access = ACCESS[`${method} ${path}`] ?? 'person';
  if (access === 'public') return 'public';
  return operation.role ?? (access === 'person' ? 'viewer' : leastRole(access));
}

/** Whether a personal token may do it, besides a session. */
export const readsFigures = ({ method, path }: Pick<CollectedRoute, 'method' | 'path'>): boolean =>
  method === 'GET' && ACCESS[`${method} ${path}`] === 'usage.read';

/** The codes that a route answers with, by status. */
export function problemsOf(route: CollectedRoute, operation: Operation): Map<number, ProblemCode[]> {
  const codes = new Set<ProblemCode>(['internal', 'unavailable', ...(operation.problems ?? [])]);
  const writes = route.method !== 'GET';
  if (route.params || route.query || route.body || writes) codes.add('invalid_request');
  if (writes)
    for (const code of ['malformed_json', 'payload_too_large', 'unsupported_media_type', 'forbidden'] as const)
      codes.add(code);
  if (whoMay(route, operation) !== 'public') {
    for (const code of ['unauthenticated', 'forbidden', 'insufficient_scope'] as const) codes.add(code);
  }
  if (route.params) codes.add('not_found');
  if (route.limited || codes.has('wrong_credentials')) codes.add('rate_limited');
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const status = PROBLEM_STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code].sort());
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}
