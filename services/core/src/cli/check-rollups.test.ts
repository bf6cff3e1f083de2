import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deriveRollups } from '../domain/rollups/derive-rollups.ts';
import { storeUsage } from '../domain/usage/store-usage.ts';
import { testContext } from '../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { testRecord } from '../testing/usage-record.ts';
import { checkRollupsCommand } from './check-rollups.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await sql`
    insert into organizations (id, name) values (1, 'One');
    insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
  await storeUsage(testContext(database.as('ingest')), [testRecord({ ts: new Date('2026-08-01T10:00:00Z') })]);
  await deriveRollups(testContext(database.as('worker')));
});
afterAll(() => database.drop());

async function command(args: string[]) {
  let [stdout, stderr] = ['', ''];
  const into = (take: (text: string) => void) =>
    new Writable({
      write: (chunk, _encoding, done) => {
        take(String(chunk));
        done();
      },
    });
  const exitCode = await checkRollupsCommand({
    stdout: into((text) => {
      stdout += text;
    }),
    stderr: into((text) => {
      stderr += text;
    }),
    args,
    env: { DATABASE_URL: database.url('worker') },
  });
  return { exitCode, stdout, stderr };
}

it('tells which days differ, repairs them when it is told to, and then finds none', async () => {
  expect(await command([])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  await sql`update usage_daily set calls = 7`.execute(database.owner);
  const line = 'project 11  usage_daily  2026-08-01T00:00:00.000Z';
  expect(await command([])).toEqual({ exitCode: 1, stdout: `${line}\n`, stderr: '' });
  expect(await command(['--repair'])).toEqual({ exitCode: 0, stdout: `${line}  repaired\n`, stderr: '' });
  expect(await command([])).toMatchObject({ exitCode: 0 });
});

it('refuses arguments that it does not know', async () => {
  expect(await command(['--mend'])).toMatchObject({ exitCode: 2, stdout: '' });
});
