import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@tokengrip/core/log';
import { createShutdown, type Shutdown } from '@tokengrip/core/shutdown';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toolsFolder } from './paths.ts';
import { freePort } from './ports.ts';
import { type Suite, startSuite } from './suite.ts';

// Each starts everything once or twice.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const log = createLog({ service: 'test', level: 'silent' });
let folder: string;
let shutdown: Shutdown;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokengrip-suite-'));
  await mkdir(join(folder, 'web'));
  await writeFile(join(folder, 'web', 'index.html'), '<title>Tokengrip</title>');
  shutdown = createShutdown(log);
});
afterEach(async () => {
  await shutdown.run();
  await rm(folder, { recursive: true });
});

async function start(port?: number): Promise<Suite> {
  const options = {
    stateFolder: join(folder, 'state'),
    toolsFolder,
    webFolder: join(folder, 'web'),
    host: '127.0.0.1',
    port: port ?? (await freePort()),
    // Those of another project in the same shell must not lead us to its database.
    env: {
      LOG_LEVEL: 'silent',
      DATABASE_URL: 'postgres://elsewhere/other',
      DATABASE_PASSWORD_FILE: '/nowhere',
      PRICING_SYNC: 'false',
    },
    log,
    say: () => undefined,
  };
  return startSuite(options, shutdown);
}

it('serves the pages, the api and the ingest at one address', async () => {
  const { address } = await start();
  expect(await (await fetch(`${address}/overview`)).text()).toContain('<title>Tokengrip</title>');
  expect(await (await fetch(`${address}/api/v1/status`)).json()).toMatchObject({ setupRequired: true });
  expect((await fetch(`${address}/v1/usage`, { method: 'POST' })).status).toBe(401);
});

it('keeps its secrets where only their owner can read them, and the same over a restart', async () => {
  await start();
  const secrets = join(folder, 'state', 'secrets');
  const names = (await readdir(secrets)).sort();
  expect(names).toEqual([
    'db_api_password',
    'db_ingest_password',
    'db_owner_password',
    'db_worker_password',
    'encryption_secret',
    'session_secret',
  ]);
  for (const name of names) expect((await stat(join(secrets, name))).mode & 0o777, name).toBe(0o600);

  const before = await Promise.all(names.map(async (name) => (await stat(join(secrets, name))).mtimeMs));
  await shutdown.run();
  shutdown = createShutdown(log);
  const { address } = await start();
  expect((await fetch(`${address}/api/v1/status`)).status).toBe(200);
  expect(await Promise.all(names.map(async (name) => (await stat(join(secrets, name))).mtimeMs))).toEqual(before);
});

it('works again with new passwords after the secrets were deleted', async () => {
  await start();
  await shutdown.run();
  await rm(join(folder, 'state', 'secrets'), { recursive: true });
  shutdown = createShutdown(log);
  const { address } = await start();
  expect((await fetch(`${address}/api/v1/status`)).status).toBe(200);
});

it('says how to go on when the port is taken, and stops what it has started', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(start(port)).rejects.toThrow(
    `The port ${port} is in use; stop what uses it, or choose another one by PORT=`,
  );
  await shutdown.run();
  const left = (await readdir(join(folder, 'state'), { recursive: true })).filter((file) =>
    /(postgres|redis)\.json$|postmaster\.pid$/.test(file),
  );
  expect(left).toEqual([]);
  server.close();
});
