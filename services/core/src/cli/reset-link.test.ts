import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { createAttempts } from '../domain/accounts/attempts.ts';
import { resetPassword } from '../domain/accounts/reset-password.ts';
import { createSealer } from '../sealing.ts';
import { testContext } from '../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { testRedis } from '../testing/redis.ts';
import { resetLinkCommand } from './reset-link.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await sql`
    insert into users (id, email, name, password_hash) values (7, 'ada@example.com', 'Ada', 'x');
    insert into sessions (id, user_id, expires_at) values (gen_random_uuid(), 7, now() + interval '1 day');
    insert into second_factors (user_id, sealed_secret, confirmed_at) values (7, 'x', now())`.execute(database.owner);
});
afterAll(() => database.drop());

async function run(args: string[], env: Record<string, string> = {}) {
  const texts = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof texts) =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[stream] += String(chunk);
        done();
      },
    });
  const exitCode = await resetLinkCommand({
    stdout: into('stdout'),
    stderr: into('stderr'),
    args,
    env: { DATABASE_URL: database.url('worker'), ...env },
  });
  return { exitCode, ...texts };
}
const secondFactors = async () => (await sql`select from second_factors`.execute(database.owner)).rows.length;

it('prints a link that sets a new password, once, and ends the sessions', async () => {
  const { exitCode, stdout } = await run(['Ada@Example.com'], { PUBLIC_URL: 'https://tokengrip.example.com/' });
  expect(exitCode).toBe(0);
  const [, token = ''] = /^https:\/\/tokengrip\.example\.com\/reset-password#token=([\w-]{43})\n$/.exec(stdout) ?? [];
  const redis = testRedis();
  const ctx = {
    ...testContext(database.as('api'), systemClock),
    redis,
    attempts: createAttempts(redis, systemClock),
    sealer: createSealer('only-for-tests'),
    outbox: undefined,
  };
  await resetPassword(ctx, { token, password: 'a new long password' });
  await expect(resetPassword(ctx, { token, password: 'a new long password' })).rejects.toMatchObject({
    code: 'not_found',
  });
  redis.disconnect();
  const { rows } = await sql<{ hash: string; live: boolean }>`
    select password_hash as hash, exists (select from sessions where revoked_at is null) as live from users`.execute(
    database.owner,
  );
  expect(rows[0]?.hash).toMatch(/^\$2b\$12\$/);
  expect(rows[0]?.live).toBe(false);
  expect(await secondFactors()).toBe(1);
});

it('says what is missing where the public address is not known', async () => {
  const { exitCode, stdout, stderr } = await run(['ada@example.com']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\/reset-password#token=[\w-]{43}\n$/);
  expect(stderr).toContain('Put the address of your installation in front of it');
});

it('takes the second factor away when it is asked to', async () => {
  expect((await run(['ada@example.com', '--without-second-factor'])).exitCode).toBe(0);
  expect(await secondFactors()).toBe(0);
});

it('refuses what it does not understand, and an address that nobody has', async () => {
  expect(await run([])).toMatchObject({ exitCode: 2, stdout: '' });
  expect(await run(['a@b.co', 'c@d.co'])).toMatchObject({ exitCode: 2 });
  expect(await run(['eve@example.com'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'No account has the address "eve@example.com".\n',
  });
  expect((await run(['--help'])).stdout).toContain('usage: tokengrip reset-link EMAIL');
});
