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
