import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { installPackages, packagesAreCurrent } from './packages.mjs';

let root: string;
let node: string;

/** The npx beside the given node is the first on the PATH. */
const provideNpx = (script: string) =>
  writeFile(join(root, 'bin', 'npx'), `#!/bin/sh\n${script}\n`, { mode: 0o755, flag: 'w' });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokengrip-packages-'));
  node = join(root, 'bin', 'node');
  await mkdir(join(root, 'bin'));
  await writeFile(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 9\n');
  await writeFile(join(root, 'pnpm-workspace.yaml'), 'packages: []\n');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

it('installs once, and again when the lock file has changed', async () => {
  await provideNpx('mkdir -p node_modules');
  expect(await packagesAreCurrent(root)).toBe(false);
  await installPackages(root, node);
  expect(await packagesAreCurrent(root)).toBe(true);
  await writeFile(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 9\nchanged: true\n');
  expect(await packagesAreCurrent(root)).toBe(false);
});

it('installs again when node_modules was removed', async () => {
  await provideNpx('mkdir -p node_modules');
  await installPackages(root, node);
  await rm(join(root, 'node_modules'), { recursive: true });
  expect(await packagesAreCurrent(root)).toBe(false);
});

it('takes exactly what the lock file says, by a pinned pnpm', async () => {
  await provideNpx(
    'case "$*" in "-y pnpm@"[0-9]*.*.*" install --frozen-lockfile"*) mkdir -p node_modules;; *) exit 1;; esac',
  );
  await installPackages(root, node);
  expect(await packagesAreCurrent(root)).toBe(true);
});

it.each([
  ['ERR_PNPM_META_FETCH_FAIL request failed, reason: getaddrinfo ENOTFOUND host', 'registry cannot be reached'],
  ['ENOSPC: no space left on device, write', 'the disk is full'],
  ['Failed to write to file: No\n      space left on device (os error 28)', 'the disk is full'],
  ['EACCES: permission denied, mkdir', 'a folder cannot be written'],
  ['ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile"', 'does not fit the package.json files'],
])('says in one sentence that %s', async (output, sentence) => {
  await provideNpx(`mkdir -p node_modules; echo '${output}'; exit 1`);
  const failure = installPackages(root, node);
  await expect(failure).rejects.toThrow(sentence);
  await expect(failure).rejects.not.toThrow(/\n/);
  expect(await packagesAreCurrent(root)).toBe(false);
});

it('shows the end of the output when the cause is not known', async () => {
  await provideNpx('echo first; echo something else is wrong >&2; exit 3');
  await expect(installPackages(root, node)).rejects.toThrow('something else is wrong');
});
