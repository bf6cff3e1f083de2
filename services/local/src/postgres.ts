import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import { type Account, type PostgresBinaries, postgresAccount, postgresBinaries } from './postgres-binaries.ts';
import { programOf, waitUntil } from './processes.ts';
import { generateSecret, readSecret, writeSecret } from './secrets.ts';
import { endLeftover, type ServerProcess, startServer } from './server-process.ts';
import { SetupError } from './setup-error.ts';

const MINUTE = 60_000;
/** Recovery after a crash replays at most max_wal_size, which a slow disk does in this time. */
const READY_TIMEOUT_MS = 5 * MINUTE;
const PORT_ATTEMPTS = 3;
const SUPERUSER = 'postgres';

export interface PostgresOptions {
  /** Holds the data and the log; it is made. */
  readonly directory: string;
  /** Where the superuser's password is kept; `superuser_password` in the directory when not given. */
  readonly passwordFile?: string | undefined;
  /** A free one when not given. */
  readonly port?: number | undefined;
  /** False only for tests: faster, and the data do not survive a crash of the machine. */
  readonly durable: boolean;
}

export interface RunningPostgres {
  /** Of the superuser, on its database "postgres". */
  readonly url: string;
  readonly port: number;
  /** Resolves when the server has ended, by itself or by stop(). */
  readonly ended: Promise<void>;
  /** Disconnects everybody, writes everything to disk and ends. Safe to call twice. */
  stop(): Promise<void>;
}

/** Only on loopback: a socket file would lie in a folder that clients of another account could not enter. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  random_page_cost: '1.1',
  jit: 'off',
  wal_compression: 'on',
  max_wal_size: '1GB',
  // Partition upkeep and queries over a year of daily partitions lock more tables than the default foresees.
  max_locks_per_transaction: '256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Details of an error may quote rows.
  log_error_verbosity: 'terse',
  log_line_prefix: '%m [%p] ',
} as const;

const volatileSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
} as const;

/**
 * Starts a Postgres with its data in the directory, making them at the first start. What an earlier process left running
 * there is stopped before.
 * @throws SetupError when the data are in use, belong to somebody else, or the port is taken
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const directory = resolve(options.directory);
  const data = join(directory, 'data');
  const spec = { title: 'The database', directory, name: 'postgres', stopSignal: 'SIGINT' } as const;
  await endLeftover(spec);
  const account = await postgresAccount(data);
  const place: Place = { data, account, binaries: await postgresBinaries(account) };
  const passwordFile = options.passwordFile ?? join(directory, 'superuser_password');
  const password = await preparePassword(place, passwordFile, options.durable);
  await removeForeignLock(data);

  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const server = await startServer({
      ...spec,
      command: place.binaries.postgres,
      args: [
        '-D',
        reach(place),
        ...flags({ ...settings, ...(options.durable ? {} : volatileSettings), port: String(port) }),
      ],
      env: environment(),
      cwd: data,
      account,
    });
    if (await isReady(server, data)) {
      const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
      return { url, port, ended: server.ended, stop: server.stop };
    }
    await server.stop();
    const log = await server.logTail();
    const taken = log.includes('Address already in use');
    if (taken && options.port === undefined && attempt < PORT_ATTEMPTS) continue;
    throw new SetupError(
      taken ? `The port ${port} is in use; choose another one for Postgres.` : `Postgres did not start:\n${log}`,
    );
  }
}

interface Place {
  readonly data: string;
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
}

/**
 * How Postgres, started in its data folder, names that folder. Under another account it may not be able to enter the
 * folders above, which no path but Linux's link to the current directory does without.
 */
function reach({ data, account }: Place): string {
  return account && process.platform === 'linux' ? '/proc/self/cwd' : data;
}

/** Makes the data if there are none. Returns the superuser's password, which is set anew when its file is lost. */
async function preparePassword(place: Place, passwordFile: string, durable: boolean): Promise<string> {
  const existing = await readSecret(passwordFile);
  const hasData = await stat(place.data).catch(() => undefined);
  if (hasData && existing) return existing;
  const password = generateSecret();
  if (hasData) await setPassword(place, password);
  else await initialize(place, password, durable);
  await writeSecret(passwordFile, password);
  return password;
}

/** Made under another name and renamed when complete: what an interruption leaves is never taken for data. */
async function initialize(place: Place, password: string, durable: boolean): Promise<void> {
  const staged = { ...place, data: `${place.data}.new` };
  await rm(staged.data, { recursive: true, force: true });
  await mkdir(staged.data, { recursive: true });
  await chmod(staged.data, 0o700);
  if (place.account) await chown(staged.data, place.account.uid, place.account.gid);
  // The builtin provider sorts and folds alike on every machine, whatever locales it has.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const auth = ['--auth-local=reject', '--auth-host=scram-sha-256', `--username=${SUPERUSER}`];
  const care = durable ? ['--data-checksums'] : ['--no-sync'];
  await runIn(staged, staged.binaries.initdb, ['-D', reach(staged), '--no-instructions', ...locale, ...auth, ...care]);
  await setPassword(staged, password);
  await rename(staged.data, place.data);
}

/** Through Postgres's single-user mode, which needs no password: nothing is written where others could read it. */
async function setPassword(place: Place, password: string): Promise<void> {
  const quiet = flags({ exit_on_error: 'on', log_min_error_statement: 'panic' });
  const args = ['--single', '-D', reach(place), ...quiet, 'postgres'];
  await runIn(place, place.binaries.postgres, args, `alter role ${SUPERUSER} password '${password}'\n`);
}

async function runIn(place: Place, command: string, args: string[], input?: string): Promise<void> {
  const running = promisify(execFile)(command, args, { cwd: place.data, env: environment(), ...place.account });
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(input);
  try {
    await running;
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    const full = stderr.includes('No space left on device');
    throw new SetupError(
      full ? 'Postgres cannot make its data: the disk is full.' : `Postgres cannot make its data:\n${stderr.trim()}`,
    );
  }
}

/** The variables of Postgres's clients (PGDATA, PGPORT, PGOPTIONS …) in this process's environment mean other servers. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C' };
}

const flags = (values: Record<string, string>) =>
  Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/**
 * After a crash the lock file names a process id, and Postgres does not start while any process of the same user has it,
 * as is common in containers. Removed only when that process is no Postgres.
 */
async function removeForeignLock(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (!Number.isInteger(pid)) return;
  const program = await programOf(pid);
  if (program !== undefined && !program.startsWith('postgres')) await rm(file);
}

/** Ready as pg_ctl sees it: the eighth line of the lock file says so. False when the server ended instead. */
async function isReady(server: ServerProcess, data: string): Promise<boolean> {
  const check = async () => {
    const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    return Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready';
  };
  let ready = false;
  const decided = async () => {
    ready = await check();
    return ready || server.hasEnded();
  };
  await waitUntil(decided, READY_TIMEOUT_MS);
  return ready;
}
