// Programs from the distribution's packages without changing the system: apt says what is missing, and the packages are
// unpacked below the checkout. Works without root, on Debian and what descends from it.
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from './processes.ts';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Folders of usr/share that no program here reads. */
const UNUSED = ['doc', 'icons', 'locale', 'man'];

export interface Program {
  /** The Debian package. */
  readonly package: string;
  /** The program's path in it, as in `usr/bin/redis-server`. */
  readonly path: string;
  /** Lines of shell put before the start; `$home` is the folder that holds the files, the packages are in `$home/root`. */
  readonly prepare?: string;
  /** Files of our own beside the packages, name to content. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Unpacks the package with everything it needs and this system lacks, and makes a script that starts the program with
 * those libraries. Nothing remains in `target` when it fails.
 * @param target a folder that is replaced
 * @returns the path of the script; undefined where there is no apt or the package does not fit
 */
export async function unpackProgram(program: Program, target: string): Promise<string | undefined> {
  if (!(await findOnPath(['apt-get'])) || !(await findOnPath(['dpkg-deb']))) return undefined;
  const staging = `${target}.new`;
  await rm(staging, { recursive: true, force: true });
  const root = join(staging, 'root');
  const downloads = join(staging, 'downloads');
  await mkdir(root, { recursive: true });
  await mkdir(downloads);
  try {
    await download(program.package, downloads, join(staging, 'apt'));
    for (const name of await readdir(downloads)) await run('dpkg-deb', ['-x', join(downloads, name), root]);
    const unused = [downloads, join(staging, 'apt'), ...UNUSED.map((folder) => join(root, 'usr', 'share', folder))];
    for (const folder of unused) await rm(folder, { recursive: true, force: true });
    for (const [name, content] of Object.entries(program.files ?? {})) await writeFile(join(staging, name), content);
    await writeStarter(staging, program);
    await run(starterIn(staging), ['--version']);
    await rm(target, { recursive: true, force: true });
    await rename(staging, target);
    return starterIn(target);
  } catch {
    await rm(staging, { recursive: true, force: true });
    return undefined;
  }
}

/** The script that an earlier unpackProgram() made there, if it still runs: the system may have changed below it. */
export async function unpackedProgram(target: string): Promise<string | undefined> {
  return run(starterIn(target), ['--version']).then(
    () => starterIn(target),
    () => undefined,
  );
}

const starterIn = (target: string) => join(target, 'start');

/** With the system's package lists if they do, else with lists of our own, which take a moment to fetch. */
async function download(name: string, folder: string, own: string): Promise<void> {
  try {
    await downloadMissing(name, folder, []);
  } catch {
    const options = ['-o', `Dir::State::lists=${own}/lists`, '-o', `Dir::Cache=${own}/cache`];
    await mkdir(join(own, 'lists', 'partial'), { recursive: true });
    await mkdir(join(own, 'cache', 'archives', 'partial'), { recursive: true });
    // It may end with an error after having fetched everything: hooks of the system that want root.
    await aptGet(['update', ...options], folder).catch(() => undefined);
    await downloadMissing(name, folder, options);
  }
}

async function downloadMissing(name: string, folder: string, options: string[]): Promise<void> {
  const plan = await aptGet(['install', '--simulate', '--no-install-recommends', name, ...options], folder);
  const missing = packagesToInstall(plan);
  // Installed but not found on the PATH: its own files are still wanted, its libraries are there.
  await aptGet(['download', ...options, ...(missing.length > 0 ? missing : [name])], folder);
}

/**
 * The packages that `apt-get install --simulate` would install. Not the C library: one of another version than the
 * system's loader does not run.
 */
export function packagesToInstall(plan: string): string[] {
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
  return names.filter((name) => !/^libc6(:|$)|^libc-bin(:|$)/.test(name));
}

async function aptGet(args: string[], cwd: string): Promise<string> {
  // Apt gives downloads to an account of its own, which cannot write into folders of others.
  const options = ['-q', '-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=true'];
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const { stdout } = await run('apt-get', [...options, ...args], { cwd, env, maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}

async function writeStarter(staging: string, program: Program): Promise<void> {
  const folders = await libraryFolders(join(staging, 'root'));
  const paths = folders.map((folder) => `$home/${relative(staging, folder)}`).join(':');
  const script = `#!/bin/sh
home=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="${paths}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
${program.prepare ?? ''}
exec "$home/root/${program.path}" "$@"
`;
  await writeFile(starterIn(staging), script);
  await chmod(starterIn(staging), 0o755);
}

/** `lib/<triplet>`, `usr/lib/<triplet>` and their own folders of libraries, which are found by absolute paths otherwise. */
async function libraryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const base of [join(root, 'usr', 'lib'), join(root, 'lib')]) {
    for (const triplet of (await subfolders(base)).filter((folder) => folder.includes('-linux-gnu'))) {
      for (const folder of [triplet, ...(await subfolders(triplet))]) {
        if ((await readdir(folder)).some((file) => /^lib.*\.so/.test(file))) found.push(folder);
      }
    }
  }
  return found;
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}
