// Exports millions of records as the api and the worker do in production, while an ingest takes more and the oldest days are
// dropped, and compares every file with the database.
//
// node tests/load/exports.ts, with the address of a Postgres in TEST_DATABASE_URL; without it one is started. LOAD_RECORDS
// says how many records there are (200,000), LOAD_STREAMED how many of them each format of the streamed export has at most.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, systemClock } from '@tokengrip/core/clock';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { silentLog } from '@tokengrip/core/testing/context';
import { createTestDatabase, prepareTemplate, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { toolsFolder } from '@tokengrip/local/paths';
import { startPostgres } from '@tokengrip/local/postgres';
import { startRedis } from '@tokengrip/local/redis';
import { sql } from 'kysely';
import { ApiClient } from './exports/api.ts';
import { createChecks } from './exports/checks.ts';
import { fillDays } from './exports/fill.ts';
import { DROPPED_DAYS, RETENTION, type Scene, STABLE_DAYS } from './exports/scene.ts';
import { startSending } from './exports/sender.ts';
import { bundlePrograms, startService } from './exports/services.ts';
import { sumOf, totalsOfRecords } from './exports/totals.ts';
import { exportAll, exportAndDelete, exportCharges, exportJson } from './exports/try-jobs.ts';
import { streamSpans, streamWholeJson } from './exports/try-streams.ts';

const RECORDS = Number(process.env.LOAD_RECORDS ?? 200_000);
const STREAMED = Number(process.env.LOAD_STREAMED ?? 300_000);

const say = (line: string) => void process.stdout.write(`${line}\n`);
const seconds = (since: number) => ((performance.now() - since) / 1_000).toFixed(1);

/** Days that stay, the newest first, then those whose records a shorter retention lets go. */
function daysToFill(): { stable: Date[]; dropped: Date[] } {
  const today = Math.floor(Date.now() / DAY) * DAY;
  const ago = (days: number) => new Date(today - days * DAY);
  return {
    stable: Array.from({ length: STABLE_DAYS }, (_, i) => ago(i + 1)),
    dropped: Array.from({ length: DROPPED_DAYS }, (_, i) => ago(RETENTION.after + 1 + i)),
  };
}

async function arrange(
  database: TestDatabase,
): Promise<Pick<Scene, 'organizationId' | 'projectId'> & { secret: string }> {
  const { owner } = database;
  const { rows } = await sql<{ id: number }>`
    update organizations set plan = 'enterprise', retention_days = ${RETENTION.before} returning id`.execute(owner);
  const organizationId = rows[0]?.id ?? 0;
  const projects = await sql<{ id: number }>`
    insert into projects (organization_id, name) values (${organizationId}, 'Load') returning id`.execute(owner);
  const projectId = projects.rows[0]?.id ?? 0;
  const key = await createApiKey(owner, organizationId, { projectId, name: 'load' });
  const days = daysToFill();
  const each = Math.max(1, Math.ceil(RECORDS / (STABLE_DAYS + DROPPED_DAYS)));
  const ids = { organizationId, projectId, keyId: key.key.id };
  await fillDays(database, ids, [...days.stable, ...days.dropped], each);
  return { organizationId, projectId, secret: key.secret };
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tokengrip-exports-'));
  const programs = join(directory, 'programs');
  await bundlePrograms(programs);
  const redis = await startRedis({ directory: join(directory, 'redis'), tools: toolsFolder, log: say });
  const postgres = process.env.TEST_DATABASE_URL
    ? undefined
    : await startPostgres({ directory: join(directory, 'postgres'), durable: true });
  if (postgres) process.env.TEST_DATABASE_URL = postgres.url;
  await prepareTemplate();
  const database = await createTestDatabase();
  const started: { stop(): Promise<unknown> }[] = [];
  const start = async (name: 'api' | 'worker' | 'ingest') => {
    const service = await startService(programs, name, { DATABASE_URL: database.url(name), REDIS_URL: redis.url });
    started.push(service);
    return service;
  };
  const checks = createChecks(say);
  try {
    const { owner } = database;
    await loadPriceSnapshot(owner, silentLog);
    const api = await start('api');
    const client = new ApiClient(api.address);
    await client.setUp();
    const began = performance.now();
    const { secret, ...ids } = await arrange(database);
    await keepPartitions({ db: owner, log: silentLog, clock: systemClock });
    const totals = await totalsOfRecords(owner, ids.projectId);
    await sql`analyze`.execute(owner);
    say(`${sumOf(totals.values()).records} records in ${seconds(began)} s`);

    const [worker, ingest] = [await start('worker'), await start('ingest')];
    const jobs = createJobSender(redis.url, silentLog);
    started.push({ stop: () => jobs.close() });
    const sender = startSending(ingest.address, secret);
    const { stable } = daysToFill();
    const scene: Scene = {
      ...ids,
      owner,
      client,
      jobs,
      sender,
      pids: { api: api.pid, worker: worker.pid },
      totals,
      stableFrom: stable.at(-1) ?? new Date(),
      stableTo: new Date((stable[0]?.getTime() ?? 0) + DAY),
      ...checks,
      say,
    };
    await streamSpans(scene, 'csv', STREAMED);
    await streamSpans(scene, 'jsonl', STREAMED);
    await streamWholeJson(scene);
    // The smaller one first: a heap grows to what it needs whatever comes, and that is not what is looked for.
    await exportJson(scene);
    await exportAll(scene);
    await exportCharges(scene);
    await exportAndDelete(scene);
    const { accepted, refused } = await sender.stop();
    checks.expect(
      `${accepted} records came in meanwhile, no request was refused`,
      refused === 0 ? [] : [`${refused} were`],
    );
    say(`all of it took ${seconds(began)} s`);
  } finally {
    for (const service of started.reverse()) await service.stop().catch((error) => say(String(error)));
    await database.drop();
    await redis.stop();
    await postgres?.stop();
    await rm(directory, { recursive: true, force: true });
  }
  say(checks.failed() === 0 ? 'every file says what the database says' : `${checks.failed()} checks FAILED`);
  process.exitCode = checks.failed() === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await main();
