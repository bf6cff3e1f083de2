import dns from 'node:dns';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RedisContext } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { type TestClock, testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { APRIL, AUGUST } from '../../testing/price-files.ts';
import { testRedis } from '../../testing/redis.ts';
import { PRICES_CHANGED_CHANNEL } from './announce-price-change.ts';
import { importPrices } from './import-prices.ts';
import { loadCatalog } from './load-catalog.ts';
import { listRuns } from './price-runs.ts';
import { nextSyncAt, type SyncInput, syncPrices, syncPricesIfDue } from './sync-prices.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let database: TestDatabase;
let db: Db;
let redis: Redis;
let clock: TestClock;
let ctx: RedisContext;
let answer: Answer;
let requests: IncomingMessage[] = [];
let connections = 0;
const server = createServer((request, response) => {
  requests.push(request);
  // Each request has a connection of its own, so that connections can be counted.
  response.setHeader('connection', 'close');
  answer(response, request);
});
server.on('connection', () => {
  connections += 1;
});

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.as('worker');
  redis = testRedis();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  redis.disconnect();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate price_sync_changes, price_syncs, price_versions`.execute(database.owner);
  clock = testClock('2026-04-10T00:00:00Z');
  ctx = { ...testContext(db, clock), redis };
  requests = [];
  connections = 0;
});

const port = () => (server.address() as AddressInfo).port;
const url = (path = '/prices.json') => `http://127.0.0.1:${port()}${path}`;
const source = (more: Partial<SyncInput['source']> = {}) => ({
  AIR_GAPPED: false,
  PRICING_SYNC: true,
  PRICING_SYNC_URL: url(),
  ...more,
});
const sync = (input: Partial<SyncInput> = {}) => syncPrices(ctx, { source: source(), ...input });
const file =
  (text: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(text);

const inputRate = async (key: string, time: string) =>
  (await loadCatalog(ctx.db)).prices(key)?.at(Date.parse(time))?.price.entry.rates.input_cost_per_token;

describe('a sync', () => {
  it('takes over what the source has, from then on, and tells the other services', async () => {
    answer = file(APRIL);
    expect(await sync()).toMatchObject({
      kind: 'sync',
      status: 'applied',
      added: 6,
      source: url(),
      edition: '2026-04-10',
    });
    const subscriber = testRedis();
    const told = new Promise((resolve) => subscriber.on('message', (_channel, message) => resolve(message)));
    await subscriber.subscribe(PRICES_CHANGED_CHANNEL);
    clock.set('2026-08-10T00:00:00Z');
    answer = (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(AUGUST));
    };
    const run = await sync({ source: source({ PRICING_SYNC_URL: `${url()}?token=secret` }) });
    expect(run).toMatchObject({
      status: 'applied',
      source: url(),
      added: 1,
      changed: 3,
      removed: 1,
      flagged: 1,
      refused: 3,
    });
    expect(await told).toBe('');
    subscriber.disconnect();
    expect(await inputRate('model-tenth', '2026-05-15T00:00:00Z')).toBe('0.0000002');
    expect(await inputRate('model-tenth', '2026-09-15T00:00:00Z')).toBe('0.00000002');
  });

  it('asks only for what is new, but for everything after an import', async () => {
    const etag = '"one"';
    answer = (response, request) => {
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else file(APRIL, { etag, 'last-modified': 'Fri, 10 Apr 2026 00:00:00 GMT' })(response, request);
    };
    await sync();
    expect(await sync()).toMatchObject({ status: 'unchanged', etag, models: 6 });
    expect(await sync()).toMatchObject({ status: 'unchanged', etag, models: 6 });
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, etag, etag]);
    expect(requests.at(-1)?.headers['if-modified-since']).toBe('Fri, 10 Apr 2026 00:00:00 GMT');
    clock.set('2026-08-10T00:00:00Z');
    await importPrices(ctx, { text: AUGUST, fileName: 'august.json' });
    clock.set('2026-08-11T00:00:00Z');
    expect(await sync()).toMatchObject({ status: 'applied', changed: 3 });
    expect(requests.at(-1)?.headers['if-none-match']).toBeUndefined();
  });

  it('follows a redirect', async () => {
    answer = (response, request) => {
      if (request.url === '/prices.json') response.writeHead(302, { location: '/moved' }).end('x'.repeat(100_000));
      else file(APRIL)(response, request);
    };
    expect(await sync()).toMatchObject({ status: 'applied', added: 6 });
  });
});

describe('what comes from the source is not trusted', () => {
  beforeEach(async () => {
    answer = file(APRIL, { etag: '"good"' });
    await sync();
    clock.set('2026-08-10T00:00:00Z');
  });

  const cases: [string, Answer, status: string, code: string, Partial<SyncInput>?][] = [
    ['a file that was cut off', file(AUGUST.slice(0, -30)), 'refused', 'not_json'],
    ['an empty object', file('{}'), 'refused', 'no_models'],
    [
      'a page of a proxy',
      file('<!doctype html><title>Log in</title>', { 'content-type': 'application/json' }),
      'refused',
      'not_json',
    ],
    ['an empty body', file(''), 'refused', 'not_json'],
    [
      'something that is no text',
      (response) => void response.writeHead(200).end(Buffer.from([0x7b, 0xff, 0x7d])),
      'refused',
      'not_json',
    ],
    ['another file', file('{"a": {"input_cost_per_token": 1e-6}}'), 'refused', 'too_few_models'],
    ['an error', (response) => void response.writeHead(500).end(AUGUST), 'failed', 'bad_status'],
    ['nothing', (response) => void response.writeHead(204).end(), 'failed', 'bad_status'],
    [
      'a stated size of 300 MB',
      (response) => void response.writeHead(200, { 'content-length': 300e6 }).write('{'),
      'refused',
      'too_large',
    ],
    [
      'a redirect to itself',
      (response) => void response.writeHead(301, { location: '/prices.json' }).end(),
      'failed',
      'too_many_redirects',
    ],
    [
      'a redirect to a file',
      (response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'failed',
      'redirect_refused',
    ],
    ['a redirect to nowhere', (response) => void response.writeHead(302).end(), 'failed', 'redirect_refused'],
    ['a connection that breaks', (response) => void response.destroy(), 'failed', 'unreachable'],
    [
      'a body that breaks off',
      (response) => {
        response
          .writeHead(200, { 'content-length': AUGUST.length })
          .write(AUGUST.slice(0, 50), () => response.destroy());
      },
      'failed',
      'unreachable',
    ],
    ['silence', () => {}, 'failed', 'timed_out', { idleTimeoutMs: 50 }],
    [
      'silence after the beginning',
      (response) => void response.writeHead(200).write('{'),
      'failed',
      'timed_out',
      { idleTimeoutMs: 50 },
    ],
    [
      'drops that never end',
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 5);
        response.on('close', () => clearInterval(timer));
      },
      'failed',
      'timed_out',
      { timeoutMs: 100 },
    ],
  ];

  it.each(cases)('%s', async (_name, bad, status, code, limits = {}) => {
    answer = bad;
    expect(await sync(limits)).toMatchObject({ status, code, message: expect.any(String), added: 0, changed: 0 });
    expect((await listRuns(ctx.db, {})).runs[0]).toMatchObject({ status, code });
    expect(await inputRate('model-tenth', '2026-09-01T00:00:00Z')).toBe('0.0000002');
  });

  it('300 MB without an end in sight are not kept, packed or not', async () => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    for (const packed of [false, true]) {
      let sent = 0;
      answer = (response) => {
        response.writeHead(200, packed ? { 'content-encoding': 'gzip' } : {});
        if (packed) return void response.end(Buffer.concat(Array(300).fill(gzipSync(chunk))));
        const send = (): void => {
          while (!response.destroyed && sent < 300) {
            sent += 1;
            if (!response.write(chunk)) return void response.once('drain', send);
          }
          response.end();
        };
        send();
      };
      expect(await sync({ maxBytes: 2 * 1024 * 1024 })).toMatchObject({ status: 'refused', code: 'too_large' });
      if (!packed) expect(sent).toBeLessThan(100);
    }
  }, 30_000);

  it('a bad entry is left out, and the others are taken', async () => {
    answer = file(AUGUST);
    expect(await sync()).toMatchObject({ status: 'applied', refused: 3, changed: 3 });
    expect(await inputRate('model-bad', '2026-09-01T00:00:00Z')).toBe('0.000005');
    expect(await inputRate('model-free', '2026-09-01T00:00:00Z')).toBeUndefined();
  });
});

describe('where nothing may be fetched', () => {
  it.each([
    ['air_gapped', { AIR_GAPPED: true }],
    ['sync_switched_off', { PRICING_SYNC: false }],
    ['invalid_url', { PRICING_SYNC_URL: 'ftp://localhost/prices.json' }],
  ] as const)('%s: no connection and no look-up is tried, and the run says so', async (code, more) => {
    answer = file(APRIL);
    const lookup = vi.spyOn(dns, 'lookup');
    const named = `http://localhost:${port()}/prices.json`;
    expect(await sync({ source: source({ PRICING_SYNC_URL: named, ...more }) })).toMatchObject({
      status: 'refused',
      code,
    });
    expect([connections, lookup.mock.calls.length]).toEqual([0, 0]);
    expect(await syncPricesIfDue(ctx, { source: source({ PRICING_SYNC_URL: named, ...more }) })).toBeUndefined();
    expect([connections, lookup.mock.calls.length]).toEqual([0, 0]);
    expect((await listRuns(ctx.db, {})).runs).toHaveLength(1);
    // The same where it may: both are counted.
    await sync({ source: source({ PRICING_SYNC_URL: named }) });
    expect(connections).toBeGreaterThan(0);
    expect(lookup.mock.calls.length).toBeGreaterThan(0);
    lookup.mockRestore();
  });
});

describe('the schedule', () => {
  it('looks again a day after the last good look, and sooner after a bad one', async () => {
    const due = () => syncPricesIfDue(ctx, { source: source() });
    answer = file('');
    expect(await due()).toMatchObject({ status: 'refused' });
    answer = file(APRIL);
    expect(await due()).toMatchObject({ status: 'applied' });
    expect(await due()).toBeUndefined();
    clock.set('2026-04-10T19:00:00Z');
    expect(await due()).toBeUndefined();
    clock.set('2026-04-10T20:00:00Z');
    expect(await due()).toMatchObject({ status: 'unchanged' });
  });

  it('says when it looks next', () => {
    const now = new Date('2026-04-10T07:00:00Z');
    expect(nextSyncAt(now, undefined).toISOString()).toBe('2026-04-10T12:17:00.000Z');
    expect(nextSyncAt(now, new Date('2026-04-10T06:17:00Z')).toISOString()).toBe('2026-04-11T06:17:00.000Z');
    expect(nextSyncAt(now, new Date('2026-04-01T00:00:00Z')).toISOString()).toBe('2026-04-10T12:17:00.000Z');
  });
});

it('syncs although Redis is away', async () => {
  const away = testRedis();
  away.disconnect();
  answer = file(APRIL);
  expect(await syncPrices({ ...ctx, redis: away }, { source: source() })).toMatchObject({ status: 'applied' });
});
