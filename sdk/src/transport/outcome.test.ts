import { describe, expect, it } from 'vitest';
import { readOutcome } from './outcome.ts';

const NOW = Date.parse('2026-08-01T00:00:00Z');
const reply = (status: number, body = '', retryAfter: string | null = null) =>
  readOutcome({ status, body, retryAfter }, NOW);

describe('readOutcome', () => {
  it('takes the reply of a Tokengrip as delivered', () => {
    expect(reply(200, '{"accepted":2,"duplicates":0,"rejected":[]}')).toEqual({ kind: 'delivered', rejected: [] });
  });

  it.each(['<!doctype html><title>Sign in</title>', '', '[]', '{"ok":true}', 'null'])(
    'takes %j with status 200 for the answer of something else, and keeps the records',
    (body) => {
      expect(reply(200, body).kind).toBe('retry');
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 504])('tries again after %i', (status) => {
    expect(reply(status).kind).toBe('retry');
  });

  it.each([301, 302, 401, 403, 404, 405, 415])('gives up after %i, and expects the same for what follows', (status) => {
    expect(reply(status)).toMatchObject({ kind: 'refused', lasting: true });
  });

  it.each([400, 422])('gives up after %i, which says nothing about what follows', (status) => {
    expect(reply(status)).toMatchObject({ kind: 'refused', lasting: false });
  });

  it('splits after 413', () => {
    expect(reply(413)).toEqual({ kind: 'too_large' });
  });

  it.each([
    ['3', 3_000],
    ['0', 0],
    ['Sat, 01 Aug 2026 00:00:20 GMT', 20_000],
    ['86400', 300_000],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads Retry-After %j as %j milliseconds', (header, afterMs) => {
    expect(reply(503, '', header)).toMatchObject({ afterMs });
  });

  it('keeps of a rejection only what looks like a name', () => {
    const rejected = [
      { index: 0, code: 'invalid_field', field: 'usage.input', message: 'of alice@example.com' },
      { index: 1, code: 'drop table users;', field: 'tags.alice@example.com' },
      null,
    ];
    expect(reply(200, JSON.stringify({ accepted: 0, rejected }))).toEqual({
      kind: 'delivered',
      rejected: [
        { code: 'invalid_field', field: 'usage.input' },
        { code: 'unknown', field: 'tags' },
        { code: 'unknown', field: 'unknown' },
      ],
    });
  });
});
