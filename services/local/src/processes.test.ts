import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endProcess, findOnPath, identify, isRunning, programOf } from './processes.ts';

it('recognizes a process by its start, not by its id alone', async () => {
  const child = spawn('sleep', ['600']);
  await once(child, 'spawn');
  const identity = await identify(child.pid ?? 0);
  if (!identity) throw new Error('The process is not seen.');
  expect(await isRunning(identity)).toBe(true);
  expect(await isRunning({ ...identity, started: 'another time' })).toBe(false);
  expect(await programOf(identity.pid)).toBe('sleep');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await isRunning(identity)).toBe(false);
  expect(await programOf(identity.pid)).toBeUndefined();
});

it('goes on to the next signal when one is ignored', async () => {
  const child = spawn('/bin/sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done']);
  await once(child.stdout, 'data');
  const identity = await identify(child.pid ?? 0);
  if (!identity) throw new Error('The process is not seen.');
  const exit = once(child, 'exit');
  expect(await endProcess(identity, [{ signal: 'SIGTERM', waitMs: 100 }])).toBe(false);
  const steps = [
    { signal: 'SIGTERM', waitMs: 100 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ] as const;
  expect(await endProcess(identity, steps)).toBe(true);
  expect(await exit).toEqual([null, 'SIGKILL']);
});

it('finds the first of several programs that is on the PATH and may be run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tokengrip-path-'));
  await writeFile(join(folder, 'second'), '', { mode: 0o755 });
  await writeFile(join(folder, 'first'), '', { mode: 0o644 });
  expect(await findOnPath(['first', 'second'], `/nowhere:${folder}`)).toBe(join(folder, 'second'));
  expect(await findOnPath(['third'], folder)).toBeUndefined();
  await rm(folder, { recursive: true });
});
