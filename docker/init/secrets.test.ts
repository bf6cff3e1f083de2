import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type Environment } from '@tokengrip/core/config';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepSecrets, SECRETS } from './secrets.ts';

let folder: string;
let lines: string[];

// Whoever runs the tests may give files to no other group than its own.
const group = process.getgid?.() ?? 0;
const secrets = SECRETS.map((secret) => ({ ...secret, group }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokengrip-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function keep(env: Environment = {}): Promise<Record<string, string>> {
  lines = [];
  await keepSecrets(folder, env, (line) => lines.push(line), secrets);
  const files = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')])),
  );
}

it('generates what nobody has set: different, long, readable by its group alone', async () => {
  const { 'redis.conf': redisConf, ...generated } = await keep();
  expect(Object.keys(generated).sort()).toEqual(SECRETS.map(({ file }) => file).sort());
  for (const secret of Object.values(generated)) expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(Object.values(generated)).size).toBe(SECRETS.length);
  expect(redisConf).toBe(`requirepass "${generated.redis_password}"\n`);
  for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o777, file).toBe(0o440);
});

it('keeps them, and never says what they are', async () => {
  const first = await keep();
  expect(await keep()).toEqual(first);
  expect(lines).toEqual(SECRETS.map(({ file }) => `${file}: kept`));
});

it('gives every file a group of its own', () => {
  expect(new Set(SECRETS.map((secret) => secret.group)).size).toBe(SECRETS.length);
});

it('takes what is set, and keeps it when it is set no more', async () => {
  const first = await keep();
  const second = await keep({ SESSION_SECRET: 'a secret of my own' });
  expect(second).toEqual({ ...first, session_secret: 'a secret of my own' });
  expect(lines).toContain('session_secret: taken from SESSION_SECRET');
  expect(lines.join()).not.toContain('of my own');
  expect(await keep({ SESSION_SECRET: '' })).toEqual(second);
});

it('writes a password for Redis so that every character is taken as it is', async () => {
  const { 'redis.conf': redisConf } = await keep({ REDIS_PASSWORD: 'p@ss "word" \\x41 é' });
  expect(redisConf).toBe('requirepass "p\\x40ss\\x20\\x22word\\x22\\x20\\x5cx41\\x20\\xc3\\xa9"\n');
});

it('writes what is derived again when it is missing', async () => {
  const first = await keep();
  await rm(join(folder, 'redis.conf'));
  expect(await keep()).toEqual(first);
});

it('generates a secret anew whose file is empty, as after a full disk', async () => {
  await writeFile(join(folder, 'session_secret'), '');
  expect((await keep()).session_secret).toMatch(/^[0-9a-f]{64}$/);
});

it('refuses everything that is no secret at once, and then writes nothing', async () => {
  const env = { SESSION_SECRET: 'changeme-changeme', DB_API_PASSWORD: 'short', REDIS_PASSWORD: undefined };
  const error = await keep(env).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).problems.map((problem) => problem.split(' ')[0])).toEqual([
    'DB_API_PASSWORD',
    'SESSION_SECRET',
  ]);
  expect((error as ConfigError).message).not.toContain('short');
  await expect(keep({ SESSION_SECRET: 'sixteen letters\nand more' })).rejects.toThrow(
    'SESSION_SECRET must be a single line',
  );
  expect(await readdir(folder)).toEqual([]);
});
