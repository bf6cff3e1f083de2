import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { Counters, DelayRule } from './attempt-counters.ts';
import { createMemoryCounters } from './attempts-memory.ts';
import { createRedisCounters } from './attempts-redis.ts';

/**
 * How secrets are kept from being guessed, without handing whoever guesses a way to lock the owner out.
 *
 * Every attempt is counted before the secret is looked at, so that a thousand at once are no more than one after another.
 * After some free ones, each must wait twice as long as the one before, counted
 *
 * - for the account *from one place*: the browser, if it carries the cookie of an earlier log-in to this account, else the
 *   network address. What others try elsewhere does not count here;
 * - for the account *from all strange places together*: addresses that never logged in to it. This slows a guesser with
 *   many addresses, and nobody who logs in from where they always do.
 *
 * Accounts are names that somebody typed: whether they exist makes no difference.
 */
export interface Attempts {
  /**
   * Counts an attempt.
   * @throws AppError `rate_limited` when it comes too early; then it is not counted
   */
  claim(kind: AttemptKind, attempt: Attempt): Promise<void>;
  /** It was right: its place begins anew. */
  succeed(kind: AttemptKind, attempt: Attempt): Promise<void>;
  /** Somebody has logged in to the account from this address: it is not a strange place any more. */
  trust(attempt: Attempt): Promise<void>;
}

export interface Attempt {
  /** What the guesser wants in to, e.g. an email address. */
  account: string;
  /** The network address of the request. */
  address: string;
  /** The browser that has logged in to this very account before. */
  device?: string | undefined;
}

const KINDS = {
  /** A password, 250 ms of work each. */
  password: {
    place: { free: 5, firstMs: SECOND, mostMs: 15 * MINUTE },
    strangers: { free: 20, firstMs: SECOND, mostMs: MINUTE },
  },
  /** A second factor: of a million codes three are right at any time, and whoever gets here knows the password. */
  code: {
    place: { free: 5, firstMs: SECOND, mostMs: 15 * MINUTE },
    strangers: { free: 10, firstMs: SECOND, mostMs: 15 * MINUTE },
  },
  /** Mails to one address, which somebody else may have asked for. */
  mail: {
    place: { free: 3, firstMs: 5 * MINUTE, mostMs: HOUR },
    strangers: { free: 3, firstMs: 5 * MINUTE, mostMs: HOUR },
  },
} as const satisfies Record<string, { place: DelayRule; strangers: DelayRule }>;

export type AttemptKind = keyof typeof KINDS;

/** A place or an account at which nobody has tried for so long begins anew. */
const FORGET_MS = 2 * HOUR;
const TRUST_MS = 90 * DAY;
/** A Redis that does not answer must not hold up a log-in. */
const REDIS_PATIENCE_MS = 500;

/** Counted in Redis, for all replicas together; while it is away, each process counts for itself. */
export function createAttempts(redis: Redis, clock: Clock): Attempts {
  const shared = createRedisCounters(redis);
  const own = createMemoryCounters();

  async function count<T>(ask: (counters: Counters) => Promise<T>): Promise<T> {
    try {
      return await within(REDIS_PATIENCE_MS, ask(shared));
    } catch {
      return ask(own);
    }
  }

  return {
    async claim(kind, attempt) {
      const keys = keysOf(kind, attempt);
      const waitMs = await count((counters) =>
        counters.claim({
          now: clock.now().getTime(),
          place: { key: keys.place, rule: KINDS[kind].place },
          strangers: { key: keys.strangers, rule: KINDS[kind].strangers },
          trustKey: keys.trust,
          trusted: attempt.device !== undefined,
          forgetMs: FORGET_MS,
        }),
      );
      if (waitMs <= 0) return;
      const seconds = Math.ceil(waitMs / SECOND);
      throw new AppError('rate_limited', `Too many attempts: try again in ${inWords(seconds)}`, {
        retryAfterSeconds: seconds,
      });
    },
    succeed: (kind, attempt) => count((counters) => counters.clear(keysOf(kind, attempt).place)),
    trust: (attempt) => count((counters) => counters.trust(keysOf('password', attempt).trust, TRUST_MS)),
  };
}

const inWords = (seconds: number): string =>
  seconds < 90 ? `${seconds} second${seconds === 1 ? '' : 's'}` : `${Math.ceil(seconds / 60)} minutes`;

/** Hashed: what people type as their address does not lie about in Redis. */
function keysOf(kind: AttemptKind, { account, address, device }: Attempt) {
  const hash = (...parts: string[]) =>
    createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 24);
  const name = 'tokengrip:guesses';
  return {
    place: `${name}:${kind}:at:${device === undefined ? hash(account, address) : hash(account, 'device', device)}`,
    strangers: `${name}:${kind}:of:${hash(account)}`,
    trust: `${name}:known:${hash(account, address)}`,
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis does not answer')), ms);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
