import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { APRIL, AUGUST } from '../testing/price-files.ts';
import { testRedisUrl } from '../testing/redis.ts';
import { pricesCommand } from './prices.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tokengrip-prices-'));
  await writeFile(join(folder, 'april.json'), APRIL);
  await writeFile(join(folder, 'august.json'), AUGUST);
  await writeFile(join(folder, 'page.html'), '<html>');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

async function prices(args: string[], env: Record<string, string> = {}) {
  const written = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const exitCode = await pricesCommand({
    stdout: into('stdout'),
    stderr: into('stderr'),
    args,
    env: { DATABASE_URL: database.url('worker'), REDIS_URL: testRedisUrl(), ...env },
  });
  return { exitCode, ...written };
}

it('imports a file, from a date on, after a look at what it would change', async () => {
  const april = ['import', join(folder, 'april.json'), '--effective-from', '2026-04-01'];
  const dry = await prices([...april, '--dry-run']);
  expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
  expect(dry.stdout).toContain('added    model-same\n');
  expect(dry.stdout).toContain('Nothing was changed');
  expect((await prices(['runs'])).stdout).toBe('There was no run yet.\n');
  expect(await prices(april)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('6 added, 0 changed') });
  const august = await prices(['import', join(folder, 'august.json'), '--dry-run']);
  expect(august.stdout).toContain('! changed  model-tenth  input_cost_per_token 0.0000002 -> 0.00000002\n');
  expect(august.stdout).toContain('refused  model-bad  input_cost_per_token negative\n');
});

it('does its work although Redis is away', async () => {
  const august = ['import', join(folder, 'august.json'), '--edition', '2026-08'];
  expect(await prices(august, { REDIS_URL: 'redis://127.0.0.1:1' })).toMatchObject({ exitCode: 0, stderr: '' });
});

it('says what is wrong with a file, with a sync that is off, and with arguments', async () => {
  expect(await prices(['import', join(folder, 'page.html')])).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('not_json'),
  });
  expect(await prices(['import', join(folder, 'none.json')])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('ENOENT'),
  });
  expect(await prices(['import', '/dev/zero'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('larger than 32 MB'),
  });
  expect(await prices(['sync'], { AIR_GAPPED: 'true' })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('air_gapped'),
  });
  for (const args of [
    [],
    ['nonsense'],
    ['import'],
    ['import', 'a', 'b'],
    ['sync', 'a'],
    ['runs', '--limit', '0'],
    ['import', 'a', '--effective-from', 'tomorrow'],
    ['import', 'a', '--edition', 'new'],
    ['import', '--nonsense'],
  ]) {
    expect(await prices(args), args.join(' ')).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('usage: tokengrip prices'),
    });
  }
  expect(await prices(['--help'])).toMatchObject({ exitCode: 0, stderr: '' });
});

it('shows the last runs', async () => {
  const { stdout } = await prices(['runs', '--limit', '2']);
  expect(stdout.trim().split('\n')).toMatchObject([
    expect.stringContaining('air_gapped'),
    expect.stringContaining('not_json'),
  ]);
});
