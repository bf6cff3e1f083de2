import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '@tokengrip/core/db/connection';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres.ts';
import { postgresAccount } from './postgres-binaries.ts';

// Making a database is work for the disk, which others may keep busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let directory: string;
const started: RunningPostgres[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokengrip-postgres-'));
});
afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop();
  await rm(directory, { recursive: true });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({ directory, durable: false, ...options });
  started.push(postgres);
  return postgres;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const pool = createPool({ url, poolSize: 1, applicationName: 'test' });
  try {
    return (await pool.query(text)).rows;
  } finally {
    await pool.end();
  }
}

async function killServer(): Promise<void> {
  const pid = Number.parseInt(await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8'), 10);
  process.kill(pid, 'SIGKILL');
}

it('keeps the data and the password over a stop, and syncs when durable', async () => {
  const first = await start({ durable: true });
  expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  expect(await query(first.url, 'show data_checksums')).toEqual([{ data_checksums: 'on' }]);
  await query(first.url, 'create table kept as select 42 as value');
  await first.stop();
  const second = await start({ durable: true });
  expect(await query(second.url, 'select value from kept')).toEqual([{ value: 42 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

it('keeps what was committed when it is killed', async () => {
  const first = await start({ durable: true });
  await query(first.url, 'create table kept as select 42 as value');
  await killServer();
  await first.ended;
  const second = await start({ durable: true });
  expect(await query(second.url, 'select value from kept')).toEqual([{ value: 42 }]);
});

it('starts when another program has been given the process id in its lock file', async () => {
  await (await start()).stop();
  const data = join(directory, 'data');
  // Postgres minds only processes of its own user.
  const other = spawn('sleep', ['600'], { ...(await postgresAccount(data)) });
  await once(other, 'spawn');
  const lock = join(data, 'postmaster.pid');
  await writeFile(lock, `${other.pid}\n${data}\n1\n5432\n\n127.0.0.1\n`);
  try {
    const again = await start();
    expect(await query(again.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    other.kill();
  }
});

it('makes the data anew after an interrupted first start', async () => {
  await mkdir(join(directory, 'data.new'));
  await writeFile(join(directory, 'data.new', 'PG_VERSION'), '17\n');
  const { url } = await start();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('wants a password, which only its owner can read', async () => {
  const { url } = await start();
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
  const file = join(directory, 'superuser_password');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file, 'utf8')).trim()).toBe(new URL(url).password);
});

it('gives itself a new password when the file is lost', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 42 as value');
  await first.stop();
  await rm(join(directory, 'superuser_password'));
  const second = await start();
  expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
  expect(await query(second.url, 'select value from kept')).toEqual([{ value: 42 }]);
});

it('does not start twice on the same data', async () => {
  const { url } = await start();
  await expect(start()).rejects.toThrow(`is in use by process ${process.pid}`);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('says that the given port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(start({ port })).rejects.toThrow(`The port ${port} is in use`);
  server.close();
});

it('listens on loopback only', async () => {
  const { url, port } = await start();
  expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  expect(await query(url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
  expect(url).toContain(`@127.0.0.1:${port}/`);
});
