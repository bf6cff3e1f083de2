import { fileURLToPath } from 'node:url';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing.ts';
import type { OpenApiDocument, OpenApiOperation } from './document.ts';
import { OPERATIONS } from './operations.ts';
import { anyRequest } from './testing/any-request.ts';
import { webRequests } from './testing/web-requests.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password', timeZone: 'UTC' };
const WEB = fileURLToPath(new URL('../../../../web/src', import.meta.url));

/** Ends the session that the other requests need. */
const NOT_TRIED = new Set(['post /api/v1/auth/logout']);
const RUNS = 8;
/** The same requests each time: a defect that others would find is not this test's news. */
const SEED = 20_260_801;

describe('the OpenAPI document', () => {
  let api: TestApi;
  let document: OpenApiDocument;

  beforeAll(async () => {
    api = await startTestApi();
    api.signIn(await api.post('/auth/setup', OWNER));
    document = (await api.get('/openapi.json')).json();
  });
  afterAll(() => api.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator({ strict: false }).validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('has an entry for each route, and a route for each entry', () => {
    const served = operations().map(
      ({ path, method }) => `${method.toUpperCase()} ${path.replace('/api/v1', '').replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    expect(served.sort()).toEqual(Object.keys(OPERATIONS).sort());
  });

  it('tells every operation apart and says what it is for, who may, and how it fails', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations()) {
      expect(operation.summary).toMatch(/\S/);
      expect(Object.keys(operation.responses).some((status) => /^[23]/.test(status))).toBe(true);
      expect(operation.responses['500']?.content).toHaveProperty('application/problem+json');
      if (operation['x-least-role'] !== undefined) expect(operation.responses).toHaveProperty('401');
    }
  });

  it('gives names to the types of the contract and refers to none that is not there', () => {
    const { schemas } = document.components;
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['Problem', 'UsageResult', 'RecordDetail', 'Export', 'Me']),
    );
    const references = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect([...new Set(references)].sort()).toEqual(Object.keys(schemas).sort());
  });

  it('has a page that needs nothing and runs nothing', async () => {
    const page = await api.get('/reference');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).not.toMatch(/<script|<link|<img|src=|url\(|https?:/);
    for (const { path } of operations()) expect(page.body).toContain(`<code>${path}</code>`);
    const ids = [...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    for (const [, target] of page.body.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('is what the web asks for: each of its requests is in it, with the type that it expects', () => {
    const requests = webRequests(WEB);
    expect(requests.length).toBeGreaterThan(30);
    const shape = (path: string) => path.replaceAll(/\{\w*\}/g, '{}');
    for (const { file, method, path, type, imported } of requests) {
      const found = operations().filter(
        (one) => one.method === method.toLowerCase() && matches(shape(one.path).split('/'), path.split('/')),
      );
      expect(found, `${file}: ${method} ${path}`).not.toEqual([]);
      if (!/^[A-Z]\w*$/.test(type)) continue;
      expect(imported, `${file}: ${type} of ${method} ${path} is not the contract's`).toContain(type);
      const types = found.flatMap(({ operation }) => replyTypes(operation));
      expect(types, `${file}: ${method} ${path}`).toContain(type);
    }
  });

  it('is kept whatever is sent: no request ends in an internal error or in a reply that it does not know', async () => {
    let sent = 0;
    let good = 0;
    const failures: unknown[] = [];
    for (const { path, method, operation } of operations()) {
      if (NOT_TRIED.has(`${method} ${path}`)) continue;
      const { failed, counterexample, errorInstance } = await fc.check(
        fc.asyncProperty(anyRequest(document, path, operation), async (request) => {
          const reply = await api.server.inject({
            method: method.toUpperCase() as 'GET',
            url: request.path,
            headers: {
              'x-forwarded-for': api.address,
              ...api.cookies(),
              ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(request.body === undefined ? {} : { payload: JSON.stringify(request.body) }),
          });
          sent += 1;
          if (reply.statusCode < 300) good += 1;
          expect(reply.statusCode, reply.body.slice(0, 500)).not.toBe(500);
          const known = operation.responses[reply.statusCode];
          expect(known, `${reply.statusCode} ${reply.body.slice(0, 500)}`).toBeDefined();
          if (reply.statusCode >= 400) expect(known?.['x-problem-codes'], reply.body).toContain(reply.json().code);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      if (failed) failures.push([method, counterexample, String(errorInstance).slice(0, 600)]);
    }
    expect(failures).toEqual([]);
    expect(sent).toBeGreaterThan((operations().length * RUNS) / 2);
    expect(good).toBeGreaterThan(sent / 20);
  }, 180_000);
});

/** `{}` stands for one part that is not known. */
const matches = (served: readonly string[], asked: readonly string[]) =>
  served.length === asked.length && served.every((part, i) => part === asked[i] || part === '{}' || asked[i] === '{}');

function replyTypes(operation: OpenApiOperation): string[] {
  return Object.values(operation.responses).flatMap(({ content }) =>
    Object.values(content ?? {}).map(
      ({ schema }) =>
        String(schema.$ref ?? '')
          .split('/')
          .at(-1) ?? '',
    ),
  );
}
