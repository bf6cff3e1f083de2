import type { FieldProblem, Problem, ProblemCode } from '@tokengrip/core/contract/problem';

/** An answer that says what went wrong, or the lack of an answer (`offline`). */
export class HttpError extends Error {
  readonly code: ProblemCode | 'offline';
  readonly status: number;
  readonly fields: FieldProblem[];
  readonly requestId: string | undefined;

  constructor(
    code: ProblemCode | 'offline',
    status: number,
    detail: string,
    fields: FieldProblem[] = [],
    requestId?: string,
  ) {
    super(detail);
    this.name = 'HttpError';
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.requestId = requestId;
  }

  /** Asking again may help. */
  get transient(): boolean {
    return this.code === 'offline' || this.code === 'unavailable' || this.code === 'internal';
  }
}

type QueryValue = string | number | undefined;
export type QueryParameters = Record<string, QueryValue | readonly (string | number)[]>;

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: QueryParameters;
  body?: unknown;
  /** Goes in the place of a body, byte by byte as it is. */
  file?: Blob;
  signal?: AbortSignal;
}

/** Several values repeat the parameter. */
export function queryText(query: QueryParameters): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

async function failure(response: Response): Promise<HttpError> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) {
    const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
    if (problem?.code !== undefined) {
      const detail = problem.detail ?? problem.title ?? 'The request failed.';
      return new HttpError(problem.code, response.status, detail, problem.errors, problem.requestId);
    }
  }
  // A proxy answers in place of the service, with a page of its own.
  return response.status >= 500
    ? new HttpError('unavailable', response.status, 'Tokengrip does not answer right now.')
    : new HttpError('internal', response.status, `The server answered ${response.status} without saying why.`);
}

/** These say themselves what is wrong with who asks; only logging out needs to know the session. */
const needsSession = (path: string) => !path.startsWith('/api/v1/auth/') || path === '/api/v1/auth/logout';

/**
 * One request to the API of the same origin; the session travels in its cookies. Where the short token has run out, the
 * session is refreshed, once for all requests that wait for it, and the request is made again.
 * @throws HttpError for every answer that is not a success, and when there is none
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await respond(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The same for a reply that is a file, under the name that the server gives it. */
export async function requestFile(path: string, query: QueryParameters): Promise<{ name: string; body: Blob }> {
  const response = await respond(path, { query });
  const [, name = 'tokengrip-export'] =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  return { name, body: await response.blob() };
}

async function respond(path: string, options: RequestOptions): Promise<Response> {
  try {
    return await attempt(path, options);
  } catch (error) {
    const expired = error instanceof HttpError && error.code === 'unauthenticated' && needsSession(path);
    if (!expired) throw error;
    await refreshSession();
    return attempt(path, options);
  }
}

let refreshing: Promise<void> | undefined;

/**
 * Makes the session go on, as every request does by itself; for what is not asked for by `request`, such as a download.
 * @throws HttpError `unauthenticated` when the session has ended
 */
function refreshSession(): Promise<void> {
  refreshing ??= attempt('/api/v1/auth/refresh', { method: 'POST' })
    .then(() => undefined)
    .finally(() => {
      refreshing = undefined;
    });
  return refreshing;
}

async function attempt(path: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', query = {}, body, file, signal } = options;
  // Everything that changes something is declared as JSON, which a page of another site cannot send unasked.
  const headers = method === 'GET' ? undefined : { 'content-type': 'application/json' };
  const init: RequestInit = { method };
  if (headers) {
    init.headers = headers;
    init.body = file ?? JSON.stringify(body ?? {});
  }
  if (signal) init.signal = signal;
  let response: Response;
  try {
    response = await fetch(path + queryText(query), init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new HttpError('offline', 0, 'Tokengrip cannot be reached. Check the connection.');
  }
  if (!response.ok) throw await failure(response);
  return response;
}
