import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConfigError, type Environment } from '../config.ts';
import { connectDatabase, type Db } from '../db/connection.ts';
import { testServerUrl } from '../testing/postgres.ts';
import { migrateCommand } from './migrate.ts';

const name = `tokengrip_test_${randomUUID().replaceAll('-', '')}`;
let server: Db;
let owner: Db;

const databaseUrl = (database: string) => {
  const url = new URL(testServerUrl());
  url.pathname = `/${database}`;
  return url.href;
};
// Roles are the server's: the other tests log in with these.
const passwords = {
  DB_INGEST_PASSWORD: 'only-for-tests-ingest',
  DB_API_PASSWORD: 'only-for-tests-api',
  DB_WORKER_PASSWORD: 'only-for-tests-worker',
};

beforeAll(async () => {
  server = connectDatabase({ url: databaseUrl('postgres'), poolSize: 1, applicationName: 'test-owner' });
  await sql`create database ${sql.id(name)}`.execute(server);
  owner = connectDatabase({ url: databaseUrl(name), poolSize: 1, applicationName: 'test-owner' });
});
afterAll(async () => {
  await owner.destroy();
  await sql`drop database ${sql.id(name)} with (force)`.execute(server);
  await server.destroy();
});

async function migrate(env: Environment, ...args: string[]) {
  const texts = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof texts) =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[stream] += String(chunk);
        done();
      },
    });
  const exitCode = await migrateCommand({
    stdout: into('stdout'),
    stderr: into('stderr'),
    args,
    env: { ...passwords, LOG_LEVEL: 'silent', ...env },
  });
  return { exitCode, ...texts };
}

async function content() {
  const { rows } = await sql<{ models: bigint; days: bigint; today: boolean }>`
    select (select count(*) from price_versions) as models,
      (select count(*) from usage_partition_days()) as days,
      exists (select from usage_partition_days() where day = (now() at time zone 'utc')::date) as today`.execute(owner);
  return rows[0];
}

it('makes an empty database ready for the first record, and changes nothing when it runs again', async () => {
  expect(await migrate({ DATABASE_URL: databaseUrl(name) })).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  const first = await content();
  expect(first?.models).toBeGreaterThan(1_000n);
  expect(first?.today).toBe(true);
  expect(await migrate({ DATABASE_URL: databaseUrl(name) })).toMatchObject({ exitCode: 0 });
  expect(await content()).toEqual(first);
});

it('says at once that the database refuses the password, and what to do about it', async () => {
  const { exitCode, stderr } = await migrate({
    DATABASE_URL: databaseUrl(name),
    DATABASE_PASSWORD: 'not-the-password-of-the-owner',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('refuses the password');
  expect(stderr).toContain('alter role');
  expect(stderr).not.toContain('not-the-password');
});

it('says which database does not exist', async () => {
  const { exitCode, stderr } = await migrate({ DATABASE_URL: databaseUrl('tokengrip_test_none') });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('"tokengrip_test_none" does not exist');
});

it('gives up on a database that cannot be reached, without showing a password', async () => {
  const { exitCode, stderr } = await migrate({
    DATABASE_URL: 'postgres://owner:a-password-in-the-url@127.0.0.1:1/tokengrip',
    DATABASE_WAIT_SECONDS: '0',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('127.0.0.1:1/tokengrip could not be reached');
  expect(stderr).not.toContain('a-password-in-the-url');
});

it('lists everything that is missing at once', async () => {
  const error = await migrate({ DB_API_PASSWORD: 'short', DB_WORKER_PASSWORD: undefined }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).problems.map((problem) => problem.split(' ')[0])).toEqual([
    'DATABASE_URL',
    'DB_API_PASSWORD',
    'DB_WORKER_PASSWORD',
  ]);
});

it('explains itself', async () => {
  expect(await migrate({}, '--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('DATABASE_URL') });
  expect(await migrate({}, '--hlep')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--hlep') });
});
