import { createHmac } from 'node:crypto';
import { availableParallelism } from 'node:os';
import bcrypt from 'bcrypt';
import { AppError } from '../../errors.ts';

const ROUNDS = 12;
/** What bcrypt reads of a password; it ignores the rest in silence. */
const BCRYPT_LIMIT_BYTES = 72;
/** A hash runs a quarter of a second in the thread pool that files and DNS share: leave threads for them. */
const MAX_AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Who would wait longer than some ten seconds is sent away instead: a flood must not become a queue. */
const MAX_WAITING = 40;

/**
 * bcrypt with 12 rounds. A password of more than 72 bytes is hashed to a shorter text first, so that all of it counts.
 * @throws AppError `unavailable` when too many wait already; so do the others
 */
export const hashPassword = (password: string): Promise<string> =>
  limited(() => bcrypt.hash(shorten(password), ROUNDS));

export const verifyPassword = (password: string, hash: string): Promise<boolean> =>
  limited(() => bcrypt.compare(shorten(password), hash));

let dummyHash: Promise<string> | undefined;

/** Takes as long as verifying a password, so that an unknown address cannot be told from a wrong password by time. */
export async function verifyNothing(password: string): Promise<false> {
  dummyHash ??= bcrypt.hash('nobody has this password', ROUNDS);
  await verifyPassword(password, await dummyHash);
  return false;
}

function shorten(password: string): string {
  // NUL ends a C string: such a password takes the same way as a long one.
  if (Buffer.byteLength(password) <= BCRYPT_LIMIT_BYTES && !password.includes('\0')) return password;
  return createHmac('sha256', 'tokengrip password').update(password).digest('base64');
}

let running = 0;
const waiting: (() => void)[] = [];

async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= MAX_WAITING) {
    throw new AppError('unavailable', 'Too many people log in at this moment; try again', { retryAfterSeconds: 5 });
  }
  while (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
