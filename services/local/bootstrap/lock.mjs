import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, StartError } from './errors.mjs';

const POLL_MS = 200;
const HEARTBEAT_MS = 5_000;
/** Past this without a heartbeat the holder is taken for dead, even if its process id lives (ids are used again). */
const STALE_MS = 60_000;

/**
 * Runs `work` while no other process does under the same lock file, and waits for one that does: two commands started
 * at once in a fresh clone would otherwise install into the same folder. A lock left by a dead process is taken over.
 * @template T
 * @param {string} file the lock file; its folder is made
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  await acquire(file);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

/** @param {string} file */
async function acquire(file) {
  let waiting = false;
  while (!(await create(file))) {
    if (await isStale(file)) {
      await rm(file, { force: true });
      continue;
    }
    if (!waiting) process.stderr.write('Waiting for another command that is setting up this checkout …\n');
    waiting = true;
    await delay(POLL_MS);
  }
}

/** @param {string} file */
async function create(file) {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new StartError(`The folder ${dirname(file)} cannot be written (${codeOf(error) ?? error}).`);
  }
}

/** @param {string} file */
async function isStale(file) {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    if (Date.now() - mtimeMs > STALE_MS) return true;
    return holder !== '' && !isAlive(Number(holder));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
