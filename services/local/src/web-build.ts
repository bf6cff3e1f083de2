import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { root } from './paths.ts';
import { SetupError } from './setup-error.ts';

const web = join(root, 'web');
const stampFile = join(root, '.cache', 'web-build');
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Where the built web app lies. */
export const webFolder = join(web, 'dist');

/**
 * Builds the web app into web/dist, unless that was made from the very same sources. The finished build replaces the old one
 * at once: what serves it never sees half of it.
 * @param log called with a line of progress when there is something to do
 */
export async function buildWeb(log: (line: string) => void): Promise<void> {
  const fingerprint = await hashSources();
  const [stamp, built] = await Promise.all([
    readFile(stampFile, 'utf8').catch(() => ''),
    stat(join(webFolder, 'index.html')).catch(() => undefined),
  ]);
  if (built && stamp === fingerprint) return;
  log('Building the web app …');
  const staging = join(root, '.cache', `web-${process.pid}`);
  try {
    await runVite(['build', '--outDir', staging, '--emptyOutDir', '--logLevel', 'warn']);
    await replaceFolder(webFolder, staging);
    await writeFile(stampFile, fingerprint);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function runVite(args: string[]): Promise<void> {
  const manifest = createRequire(join(web, 'package.json')).resolve('vite/package.json');
  const command = [join(dirname(manifest), 'bin', 'vite.js'), ...args];
  try {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
    await promisify(execFile)(process.execPath, command, { cwd: web, env, maxBuffer: MAX_OUTPUT_BYTES });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new SetupError(`The web app cannot be built:\n${`${stdout ?? ''}${stderr ?? ''}`.trim() || String(error)}`);
  }
}

async function replaceFolder(target: string, replacement: string): Promise<void> {
  const old = `${replacement}.old`;
  await rename(target, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(replacement, target);
  await rm(old, { recursive: true, force: true });
}

/** Everything the build reads: the web app's own files, the contract it imports, and the versions of its packages. */
async function hashSources(): Promise<string> {
  const contract = join(root, 'services', 'core', 'src', 'contract');
  const shared = [join(root, 'pnpm-lock.yaml'), join(root, 'tsconfig.base.json')];
  const files = [...(await listFiles(web)), ...(await listFiles(contract)), ...shared];
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(`${relative(root, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  await mkdir(dirname(stampFile), { recursive: true });
  return hash.digest('hex');
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
  return (await Promise.all(lists)).flat();
}
