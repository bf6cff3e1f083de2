import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findNode } from './node.mjs';

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
