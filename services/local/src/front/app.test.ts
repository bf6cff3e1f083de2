import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from '@tokengrip/core/http/server';
import { createLog } from '@tokengrip/core/log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../paths.ts';
import { freePort } from '../ports.ts';
import { buildFrontApp } from './app.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

let folder: string;
let ingest: HttpServer;
let api: HttpServer;
let front: Server;
let address: string;

let busyAnswers = 0;

/** Answers with what it was sent. */
async function startEcho(name: string): Promise<HttpServer> {
  const server = createServer(async (request: IncomingMessage, response) => {
    if (request.url?.endsWith('/busy')) {
      busyAnswers += 1;
      response.writeHead(503, { 'retry-after': '7' }).end('busy');
      return;
    }
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] });
    response.end(JSON.stringify({ name, method: request.method, url: request.url, headers: request.headers, bytes }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const urlOf = (server: HttpServer) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokengrip-front-'));
  const web = join(folder, 'dist');
  await mkdir(join(web, 'assets'), { recursive: true });
  await writeFile(join(web, 'index.html'), '<!doctype html><title>Tokengrip</title>');
  await writeFile(join(web, 'favicon.svg'), '<svg/>');
  await writeFile(join(web, 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'not for the web');
  [ingest, api] = await Promise.all([startEcho('ingest'), startEcho('api')]);
  const config = { webFolder: web, ingestUrl: urlOf(ingest), apiUrl: urlOf(api), trustedProxies: [] };
  front = await buildFrontApp(config, createLog({ service: 'test', level: 'silent' }));
  address = await front.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await front.close();
  ingest.close();
  api.close();
  await rm(folder, { recursive: true });
});

describe('the web app', () => {
  it('keeps files with a hash in their name for a year, and asks for all others again', async () => {
    const asset = await fetch(`${address}/assets/app-1a2b.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    for (const path of ['/', '/index.html', '/favicon.svg']) {
      expect((await fetch(address + path)).headers.get('cache-control'), path).toBe('no-cache');
    }
  });

  it.each(['/', '/usage', '/models/gpt-4.1', '/projects/1/keys?tab=a.b'])('shows its page at %s', async (path) => {
    const response = await fetch(address + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain('<title>Tokengrip</title>');
  });

  it('does not answer with a page where a script of an older build is gone', async () => {
    expect((await fetch(`${address}/assets/app-0000.js`)).status).toBe(404);
  });

  it.each(['/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%2e%2e/secret.txt'])(
    'gives no file outside of it: %s',
    async (path) => {
      const response = await front.inject({ url: path });
      expect(response.body).not.toContain('not for the web');
      // Nor does it tell which files there are.
      const absent = await front.inject({ url: path.replace('secret', 'absent') });
      expect(response.statusCode).toBe(absent.statusCode);
    },
  );

  it('takes scripts only from itself, cannot be framed, and says so on every answer', async () => {
    for (const path of ['/', '/assets/app-1a2b.js', '/assets/gone.js', '/api/v1/status']) {
      const { headers } = await fetch(address + path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toMatch(/^default-src 'self';/);
      expect(policy, path).toContain("script-src 'self';");
      expect(policy, path).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('same-origin');
    }
  });
});

it('sends the headers that nginx sends', async () => {
  const configuration = await readFile(join(root, 'docker', 'nginx', 'security-headers.conf'), 'utf8');
  const lines = [...configuration.matchAll(/^add_header (\S+) "?([^"\n]+?)"? always;$/gm)];
  expect(Object.fromEntries(lines.map(([, name = '', value]) => [name.toLowerCase(), value]))).toEqual(
    SECURITY_HEADERS,
  );
});

describe('the services', () => {
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(address + path, init);
    return { response, body: (await response.json()) as Record<string, unknown> };
  };

  it('get what is theirs, path and query unchanged', async () => {
    expect((await ask('/v1/usage?a=1&b=%2F')).body).toMatchObject({ name: 'ingest', url: '/v1/usage?a=1&b=%2F' });
    expect((await ask('/api/v1/projects/7')).body).toMatchObject({ name: 'api', url: '/api/v1/projects/7' });
  });

  it('get the body as it was sent, whatever it is', async () => {
    const bytes = new Uint8Array(3 * 1024 * 1024).fill(7);
    const gzip = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const { body } = await ask('/v1/usage', { method: 'POST', body: bytes, headers: gzip });
    expect(body).toMatchObject({ method: 'POST', bytes: bytes.length, headers: gzip });
    const broken = await ask('/v1/usage', {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.body).toMatchObject({ bytes: 1 });
  });

  it('learn who asks and for which host, and not what the client claims', async () => {
    const { body } = await ask('/api/v1/me', {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' },
    });
    expect(body.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      host: new URL(address).host,
    });
  });

  it('set several cookies', async () => {
    expect((await ask('/api/v1/me')).response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('are asked once, also when they are busy', async () => {
    const response = await fetch(`${address}/v1/busy`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.text()).toBe('busy');
    expect(busyAnswers).toBe(1);
  });

  it('that do not answer are unavailable, for the moment', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const config = { webFolder: join(folder, 'dist'), ingestUrl: nobody, apiUrl: nobody, trustedProxies: [] };
    const app = await buildFrontApp(config, createLog({ service: 'test', level: 'silent' }));
    const response = await app.inject({ url: '/api/v1/me' });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ code: 'unavailable' });
    expect(response.headers['retry-after']).toBe('2');
    await app.close();
  });
});
