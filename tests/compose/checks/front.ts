import assert from 'node:assert/strict';
import type { Report } from '../report.ts';
import type { Suite } from '../suite.ts';
import { until } from '../until.ts';

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
];

/** What nginx does: the pages, their headers, and the way to the services. */
export async function checkFront(suite: Suite, report: Report): Promise<void> {
  const get = (path: string, headers: Record<string, string> = {}) => fetch(suite.address + path, { headers });

  await report.check('the page is served, and may load nothing from elsewhere', async () => {
    const response = await get('/');
    assert.equal(response.status, 200);
    assert.match(await response.text(), /<div id="root"><\/div>/);
    assert.equal(response.headers.get('cache-control'), 'no-cache');
    const policy = response.headers.get('content-security-policy')?.split('; ') ?? [];
    for (const directive of POLICY) assert.ok(policy.includes(directive), `${directive} is missing in ${policy}`);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('referrer-policy'), 'same-origin');
    return undefined;
  });

  await report.check('every path without a file is the page; a script of an older build is not found', async () => {
    const page = await get('/usage/by/model?tab=a.b');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type') ?? '', /text\/html/);
    assert.equal((await get('/assets/none-12345678.js')).status, 404);
    return undefined;
  });

  await report.check('scripts come compressed and stay in the browser for a year', async () => {
    const script = /\/assets\/[^"]+\.js/.exec(await (await get('/')).text())?.[0];
    assert.ok(script, 'the page names no script');
    const { headers } = await get(script, { 'accept-encoding': 'gzip' });
    assert.equal(headers.get('content-encoding'), 'gzip');
    assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'self'/);
    return undefined;
  });

  await report.check('the api answers', async () => {
    const response = await get('/api/v1/status');
    assert.equal(response.status, 200);
    const status = (await response.json()) as { setupRequired: boolean; version: string };
    assert.equal(status.setupRequired, true);
    return `version ${status.version}`;
  });

  await report.check('while a service is away its clients are told when to come back', async () => {
    await suite.compose('stop', 'api');
    const response = await get('/api/v1/status');
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '2');
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    const problem = (await response.json()) as { code: string; status: number };
    assert.deepEqual([problem.code, problem.status], ['unavailable', 503]);
    assert.equal((await get('/')).status, 200);
    await suite.compose('start', 'api');
    await until(async () => (await get('/api/v1/status')).status === 200, 'the api answers again');
    return undefined;
  });
}
