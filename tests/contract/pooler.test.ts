import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, type Db } from '@tokengrip/core/db/connection';
import { inScope } from '@tokengrip/core/db/scope';
import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRecord } from '@tokengrip/core/testing/usage-record';
import { unpackedProgram, unpackProgram } from '@tokengrip/local/debian-packages';
import { toolsFolder } from '@tokengrip/local/paths';
import { freePort } from '@tokengrip/local/ports';
import { findOnPath, waitUntil } from '@tokengrip/local/processes';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const START_TIMEOUT_MS = 20_000;

/** On the machine, or unpacked from the distribution's packages; where neither is, there is nothing to test with. */
async function findPgBouncer(): Promise<string | undefined> {
  const target = join(toolsFolder, 'pgbouncer');
  return (
    (await findOnPath(['pgbouncer'])) ??
    (await unpackedProgram(target)) ??
    (await unpackProgram({ package: 'pgbouncer', path: 'usr/sbin/pgbouncer' }, target))
  );
}

const call = (projectId: number) => testRecord({ projectId, ts: new Date('2026-08-01T10:00:00Z') });

const program = await findPgBouncer();

describe.skipIf(program === undefined)('through PgBouncer in transaction mode, everybody on one connection', () => {
  let database: TestDatabase;
  let folder: string;
  let pooler: ChildProcess;
  let api: Db;

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name) values (1, 'One'), (2, 'Two');
      insert into projects (id, organization_id, name) values (11, 1, 'A'), (22, 2, 'B')`.execute(database.owner);
    const ingest = testContext(database.as('ingest'));
    await storeUsage(ingest, [call(11), call(22), call(22)]);
    folder = await mkdtemp(join(tmpdir(), 'tokengrip-pgbouncer-'));
    // It refuses to run as root, and becomes somebody else who has to read the file.
    await chmod(folder, 0o755);
    const port = await freePort();
    const url = new URL(database.url('api'));
    const file = join(folder, 'pgbouncer.ini');
    await writeFile(
      file,
      `[databases]
pooled = host=${url.hostname} port=${url.port} dbname=${database.name} user=${url.username} password=${url.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
`,
    );
    const asOther = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    pooler = spawn(program ?? '', ['-q', ...asOther, file], { stdio: 'ignore' });
    api = connectDatabase({ url: `postgres://x@127.0.0.1:${port}/pooled`, poolSize: 8, applicationName: 'test' });
    const answers = () =>
      sql`select 1`.execute(api).then(
        () => true,
        () => false,
      );
    expect(await waitUntil(answers, START_TIMEOUT_MS)).toBe(true);
  });
  afterAll(async () => {
    await api?.destroy();
    pooler?.kill();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  /** A query that has forgotten its filter. */
  const seen = async (db: Db) => {
    const { rows } = await sql<{ project_id: number; pid: number }>`
      select project_id, pg_backend_pid() as pid from usage_calls`.execute(db);
    return rows;
  };

  it('each organization sees its own records alone, whoever had the connection before', async () => {
    const organizations = Array.from({ length: 200 }, (_, i) => (i % 2) + 1);
    const results = await Promise.all(
      organizations.map((organizationId) => inScope(testContext(api), { organizationId }, seen)),
    );
    expect(new Set(results.flat().map(({ pid }) => pid)).size).toBe(1);
    const projects = results.map((rows) => rows.map(({ project_id }) => project_id));
    expect(projects).toEqual(organizations.map((id) => (id === 1 ? [11] : [22, 22])));
  });

  it('nobody sees anything without a scope, neither after others nor after one whose work failed', async () => {
    await inScope(testContext(api), { organizationId: 2 }, seen);
    expect(await seen(api)).toEqual([]);
    const failed = inScope(testContext(api), { organizationId: 2 }, async (tx) => {
      await seen(tx);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await seen(api)).toEqual([]);
  });
});
