import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@tokengrip/core/log';
import { connectRedis } from '@tokengrip/core/redis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toolsFolder } from './paths.ts';
import { type RunningRedis, startRedis } from './redis.ts';

let directory: string;
const started: RunningRedis[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokengrip redis "'));
});
afterEach(async () => {
  for (const redis of started.splice(0)) await redis.stop();
  await rm(directory, { recursive: true });
});

async function start(): Promise<RunningRedis> {
  const redis = await startRedis({ directory, tools: toolsFolder, log: () => undefined });
  started.push(redis);
  return redis;
}

async function command(url: string, name: string, ...args: string[]): Promise<unknown> {
  const log = createLog({ service: 'test', level: 'silent' });
  const redis = connectRedis(url, log, { enableOfflineQueue: true, maxRetriesPerRequest: 1 });
  try {
    return await redis.call(name, ...args);
  } finally {
    redis.disconnect();
  }
}

it('keeps the data and the password over a stop', async () => {
  const first = await start();
  await command(first.url, 'set', 'key', 'value');
  await first.stop();
  const second = await start();
  expect(await command(second.url, 'get', 'key')).toBe('value');
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

it('starts again after it was killed', async () => {
  const first = await start();
  await command(first.url, 'set', 'key', 'value');
  const { server } = JSON.parse(await readFile(join(directory, 'redis.json'), 'utf8')) as { server: { pid: number } };
  process.kill(server.pid, 'SIGKILL');
  await first.ended;
  const second = await start();
  expect(await command(second.url, 'get', 'key')).toBe('value');
});

it('wants a password', async () => {
  const { port } = await start();
  await expect(command(`redis://127.0.0.1:${port}`, 'get', 'key')).rejects.toThrow('NOAUTH');
});

it('writes everything down and evicts nothing, as queues need it', async () => {
  const { url } = await start();
  expect(await command(url, 'config', 'get', 'appendonly')).toEqual(['appendonly', 'yes']);
  expect(await command(url, 'config', 'get', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  expect(await command(url, 'config', 'get', 'bind')).toEqual(['bind', '127.0.0.1']);
});

it('does not start twice on the same data', async () => {
  await start();
  await expect(start()).rejects.toThrow(`is in use by process ${process.pid}`);
});
