import { afterEach, describe, expect, it, vi } from 'vitest';
import { HttpError, queryText, request } from './http.ts';

const answer = (status: number, body: string, type: string) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(status === 204 ? null : body, { status, headers: { 'content-type': type } })),
  );

const failureOf = async (attempt: Promise<unknown>): Promise<HttpError> => {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HttpError)) throw new Error('it did not fail as expected');
  return error;
};

afterEach(() => vi.unstubAllGlobals());

describe('requests', () => {
  it('repeat a query parameter for several values and leave out what is absent', () => {
    expect(queryText({ model: ['a', 'b c'], limit: 5, cursor: undefined })).toBe('?model=a&model=b+c&limit=5');
    expect(queryText({})).toBe('');
  });

  it('turn a problem into an error with its code and its fields', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Invalid',
      status: 400,
      code: 'invalid_request',
      detail: 'The request is not valid.',
      errors: [{ field: 'email', message: 'must be an email address' }],
      requestId: 'r-1',
    };
    answer(400, JSON.stringify(problem), 'application/problem+json');
    const error = await failureOf(request('/api/v1/x'));
    expect(error).toMatchObject({ code: 'invalid_request', status: 400, message: problem.detail, requestId: 'r-1' });
    expect(error.fields).toEqual(problem.errors);
    expect(error.transient).toBe(false);
  });

  it('understand a proxy that answers with a page of its own', async () => {
    answer(502, '<html>Bad gateway</html>', 'text/html');
    expect(await failureOf(request('/api/v1/x'))).toMatchObject({ code: 'unavailable', transient: true });
  });

  it('say when there is no answer at all', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn(async () => Promise.reject(new TypeError('Failed to fetch'))),
    );
    expect(await failureOf(request('/api/v1/x'))).toMatchObject({ code: 'offline', transient: true });
  });

  it('declare every change as JSON, also one without a body', async () => {
    answer(204, '', 'text/plain');
    await expect(request('/api/v1/x', { method: 'DELETE' })).resolves.toBeUndefined();
    expect(vi.mocked(fetch).mock.calls[0]?.[1]).toMatchObject({
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
  });
});

describe('a session whose short token has run out', () => {
  const unauthenticated = () =>
    new Response(JSON.stringify({ code: 'unauthenticated', detail: 'Log in first' }), {
      status: 401,
      headers: { 'content-type': 'application/problem+json' },
    });

  /** A server whose token has run out, and that makes a new one, or none. */
  function serve(refresh: () => Response) {
    const asked: string[] = [];
    let fresh = false;
    vi.stubGlobal(
      'fetch',
      vi.fn(async (path: string, init: RequestInit) => {
        asked.push(`${init.method} ${path}`);
        if (path === '/api/v1/auth/refresh') {
          const reply = refresh();
          fresh = reply.ok;
          return reply;
        }
        return fresh ? Response.json({ path, body: init.body ?? null }) : unauthenticated();
      }),
    );
    return asked;
  }
  const refreshes = (asked: string[]) => asked.filter((one) => one.endsWith('/auth/refresh')).length;

  it('is refreshed once for all requests that wait, and each is made again as it was', async () => {
    const asked = serve(() => new Response(null, { status: 204 }));
    const replies = await Promise.all([
      request('/api/v1/me'),
      request('/api/v1/usage', { query: { metric: 'cost' } }),
      request('/api/v1/projects', { method: 'POST', body: { name: 'x' } }),
    ]);
    expect(refreshes(asked)).toBe(1);
    expect(replies).toEqual([
      { path: '/api/v1/me', body: null },
      { path: '/api/v1/usage?metric=cost', body: null },
      { path: '/api/v1/projects', body: '{"name":"x"}' },
    ]);
  });

  it('is over when it cannot be refreshed: every request says so, and none is made again', async () => {
    const asked = serve(unauthenticated);
    const errors = await Promise.all([failureOf(request('/api/v1/me')), failureOf(request('/api/v1/usage'))]);
    expect(errors.map(({ code }) => code)).toEqual(['unauthenticated', 'unauthenticated']);
    expect(asked).toHaveLength(3);
  });

  it('is not over because the server does not answer', async () => {
    serve(() => new Response('Bad gateway', { status: 502 }));
    expect((await failureOf(request('/api/v1/me'))).code).toBe('unavailable');
  });

  it('has nothing to do with a password that is wrong', async () => {
    const asked = serve(() => new Response(null, { status: 204 }));
    await failureOf(request('/api/v1/auth/login', { method: 'POST', body: {} }));
    await failureOf(request('/api/v1/auth/two-factor', { method: 'POST', body: {} }));
    expect(refreshes(asked)).toBe(0);
  });
});
