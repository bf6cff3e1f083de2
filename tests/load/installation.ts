import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@tokengrip/core/clock';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { silentLog } from '@tokengrip/core/testing/context';
import { createTestDatabase, prepareTemplate, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { toolsFolder } from '@tokengrip/local/paths';
import { freePort } from '@tokengrip/local/ports';
import { type RunningPostgres, startPostgres } from '@tokengrip/local/postgres';
import { type RunningRedis, startRedis } from '@tokengrip/local/redis';
import { sql } from 'kysely';
import { type IngestProcess, startIngestProcess } from './ingest.ts';

/** Two ingests, a Postgres that writes durably and a Redis, each of which can be killed and comes back as it was. */
export interface Installation {
  database: TestDatabase;
  secret: string;
  addresses: string[];
  killIngest(which: number): Promise<void>;
  killPostgres(): Promise<void>;
  killRedis(): Promise<void>;
  /** Every process of Postgres stands still until the returned function is called. */
  freezePostgres(): Promise<() => Promise<void>>;
  /** Takes all room that is left for the data of Postgres, until the returned function is called. `undefined` without the right to mount. */
  fillDisk?: () => Promise<() => Promise<void>>;
  /** Kilobytes of memory that an ingest holds at the moment. */
  memoryKb(which: number): Promise<number>;
  stop(): Promise<void>;
}

const say = (line: string) => void process.stderr.write(`${line}\n`);
const run = promisify(execFile);

/** For the data of Postgres where it may be mounted: large enough for the scenarios, small enough to be filled. */
const DISK_MB = 3_000;

/**
 * @param directory empty, and removed by the caller
 * @param smallDisk whether the data of Postgres lie on a disk of their own that can be filled
 */
export async function startInstallation(
  directory: string,
  { smallDisk }: { smallDisk: boolean },
): Promise<Installation> {
  const disk = join(directory, 'postgres');
  await mkdir(disk);
  const mounted =
    smallDisk &&
    (await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]).then(
      () => true,
      () => false,
    ));
  const redisOptions = { directory: join(directory, 'redis'), tools: toolsFolder, log: say };
  const postgresOptions = { directory: join(directory, 'postgres'), durable: true };
  let redis = await startRedis(redisOptions);
  let postgres = await startPostgres(postgresOptions);
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_REDIS_URL = redis.url;
  await prepareTemplate();
  const database = await createTestDatabase();
  const secret = await fill(database);
  const env = { DATABASE_URL: database.url('ingest'), REDIS_URL: redis.url };
  const ports = [await freePort(), await freePort()];
  const startIngest = (which: number) => startIngestProcess({ ...env, PORT: String(ports[which]) });
  const ingests = [await startIngest(0), await startIngest(1)];
  const ingest = (which: number) => ingests[which] as IngestProcess;

  return {
    database,
    secret,
    addresses: ingests.map(({ address }) => address),
    async killIngest(which) {
      await ingest(which).kill();
      ingests[which] = await startIngest(which);
    },
    async killPostgres() {
      process.kill(await postmaster(directory), 'SIGKILL');
      await postgres.ended;
      postgres = await again(() => startPostgres({ ...postgresOptions, port: portOf(postgres) }));
    },
    async killRedis() {
      process.kill(await childOf('redis-server|valkey-server', portOf(redis)), 'SIGKILL');
      await redis.ended;
      redis = await again(() => startRedis({ ...redisOptions, port: portOf(redis) }));
    },
    async freezePostgres() {
      const pids = await family(await postmaster(directory));
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      return async () => {
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      };
    },
    ...(mounted
      ? {
          async fillDisk() {
            const filler = join(disk, 'filler');
            // Writes until there is no room, which is what it is for.
            await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1M']).catch(() => {});
            return async () => {
              await rm(filler);
              // Without room for its log Postgres ends; whoever watches over it starts it again.
              if (await hasEnded(postgres)) {
                postgres = await again(() => startPostgres({ ...postgresOptions, port: portOf(postgres) }));
              }
            };
          },
        }
      : {}),
    async memoryKb(which) {
      const status = await readFile(`/proc/${ingest(which).pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    },
    async stop() {
      await Promise.all(ingests.map((running) => running.stop()));
      await database.drop().catch(() => {});
      await postgres.stop();
      await redis.stop();
      if (mounted) await run('umount', [disk]);
    },
  };
}

const hasEnded = ({ ended }: RunningPostgres) =>
  Promise.race([ended.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, false))]);

async function fill({ owner }: TestDatabase): Promise<string> {
  await sql`insert into organizations (id, name) values (1, 'Load');
    insert into projects (id, organization_id, name) values (1, 1, 'Load')`.execute(owner);
  await loadPriceSnapshot(owner, silentLog);
  await keepPartitions({ db: owner, log: silentLog, clock: systemClock });
  const { secret } = await createApiKey(owner, 1, { projectId: 1, name: 'load' });
  return secret;
}

const portOf = ({ port }: RunningPostgres | RunningRedis) => port;

const postmaster = async (directory: string) =>
  Number((await readFile(join(directory, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);

const family = async (parent: number): Promise<number[]> => {
  const { stdout } = await run('pgrep', ['-P', String(parent)]).catch(() => ({ stdout: '' }));
  return [parent, ...stdout.split('\n').filter(Boolean).map(Number)];
};

async function childOf(pattern: string, port: number): Promise<number> {
  // The server of this installation: the one that holds its port.
  const { stdout } = await run('ss', ['-tlnpH', `sport = :${port}`]);
  const pid = new RegExp(`"(?:${pattern})",pid=(\\d+)`).exec(stdout)?.[1];
  if (pid === undefined) throw new Error(`nobody holds port ${port}`);
  return Number(pid);
}

/** A server that was killed may leave its children behind for a moment, which keep a new one away. */
async function again<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
