import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withLock } from './lock.mjs';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokengrip-lock-'));
  file = join(folder, 'state', 'lock');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

it('runs one after the other', async () => {
  const events: string[] = [];
  const first = Promise.withResolvers<void>();
  const work = (name: string, until: Promise<void>) =>
    withLock(file, async () => {
      events.push(`${name} starts`);
      await until;
      events.push(`${name} ends`);
    });
  const a = work('a', first.promise);
  await vi.waitFor(() => expect(events).toEqual(['a starts']));
  const b = work('b', Promise.resolve());
  await vi.waitFor(() => expect(process.stderr.write).toHaveBeenCalledWith(expect.stringContaining('Waiting')));
  first.resolve();
  await Promise.all([a, b]);
  expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends']);
});

it('is free again after work that has failed', async () => {
  await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(access(file)).rejects.toThrow('ENOENT');
});

it('is taken over from a process that is gone', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await withLock(file, () => Promise.resolve());
  await writeFile(file, String(child.pid));
  expect(await withLock(file, () => Promise.resolve('done'))).toBe('done');
});

it('is taken over when a living process has been given the id but does not keep it up', async () => {
  await withLock(file, () => Promise.resolve());
  await writeFile(file, String(process.pid));
  const longAgo = new Date(Date.now() - 10 * 60_000);
  await utimes(file, longAgo, longAgo);
  expect(await withLock(file, () => Promise.resolve('done'))).toBe('done');
});
