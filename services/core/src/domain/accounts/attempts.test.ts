import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { connectRedis } from '../../redis.ts';
import { silentLog, type TestClock, testClock } from '../../testing/context.ts';
import { testRedis } from '../../testing/redis.ts';
import { type Attempt, type AttemptKind, type Attempts, createAttempts } from './attempts.ts';

// Nothing listens there.
const NOWHERE = 'redis://127.0.0.1:1';

describe.each([
  ['in Redis', () => testRedis()],
  ['in the process, while Redis is away', () => connectRedis(NOWHERE, silentLog, { retryStrategy: () => null })],
])('attempts counted %s', (_where, connect) => {
  let redis: Redis;
  let clock: TestClock;
  let attempts: Attempts;
  let account: string;

  beforeAll(() => {
    redis = connect();
  });
  afterAll(() => redis.disconnect());
  beforeEach(() => {
    clock = testClock();
    attempts = createAttempts(redis, clock);
    account = `${randomUUID()}@example.com`;
  });

  const pass = (ms: number) => clock.set(new Date(clock.now().getTime() + ms).toISOString());
  const from = (address: string, device?: string): Attempt => ({ account, address, device });
  /** Seconds to wait, 0 when the attempt may be made. */
  async function claim(attempt: Attempt, kind: AttemptKind = 'password'): Promise<number> {
    try {
      await attempts.claim(kind, attempt);
      return 0;
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe('rate_limited');
      return (error as AppError).retryAfterSeconds ?? -1;
    }
  }
  async function claims(n: number, attempt: (i: number) => Attempt) {
    const waits: number[] = [];
    for (let i = 0; i < n; i += 1) waits.push(await claim(attempt(i)));
    return waits;
  }

  it('lets five go by, then makes each wait twice as long, up to a quarter of an hour', async () => {
    expect(await claims(6, () => from('192.0.2.1'))).toEqual([0, 0, 0, 0, 0, 1]);
    const waits: number[] = [];
    for (let i = 0; i < 13; i += 1) {
      const wait = await claim(from('192.0.2.1'));
      waits.push(wait);
      pass(wait * SECOND);
      expect(await claim(from('192.0.2.1'))).toBe(0);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('counts those that arrive together one by one', async () => {
    const waits = await Promise.all(Array.from({ length: 50 }, () => claim(from('192.0.2.1'))));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  });

  it('begins anew after a right one', async () => {
    await claims(5, () => from('192.0.2.1'));
    await attempts.succeed('password', from('192.0.2.1'));
    expect(await claims(6, () => from('192.0.2.1'))).toEqual([0, 0, 0, 0, 0, 1]);
  });

  it('slows strangers with many addresses together, to one a minute', async () => {
    const waits = await claims(1_000, (i) => from(`198.51.${i >> 8}.${i & 255}`));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(20);
    let allowed = 0;
    for (let second = 0; second < 600; second += 1) {
      pass(SECOND);
      if ((await claim(from(`203.0.${second >> 8}.${second & 255}`))) === 0) allowed += 1;
    }
    expect(allowed).toBeLessThan(18);
  });

  it('holds nobody up whose address or browser has logged in before', async () => {
    await attempts.trust(from('192.0.2.7'));
    await claims(1_000, (i) => from(`198.51.${i >> 8}.${i & 255}`));
    expect(await claim(from('192.0.2.99'))).toBeGreaterThan(0);
    expect(await claim(from('192.0.2.7'))).toBe(0);
    expect(await claim(from('192.0.2.99', 'her laptop'))).toBe(0);
  });

  it('lets a browser that has logged in before in from the very address of the guesser', async () => {
    await claims(30, () => from('192.0.2.1'));
    expect(await claim(from('192.0.2.1'))).toBeGreaterThan(0);
    expect(await claim(from('192.0.2.1', 'her laptop'))).toBe(0);
    // And is no licence to guess.
    expect(await claims(6, () => from('192.0.2.1', 'her laptop'))).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('holds up one account alone, and one kind of secret', async () => {
    await claims(30, (i) => from(`192.0.2.${i}`));
    expect(await claim({ account: `other ${account}`, address: '192.0.2.1' })).toBe(0);
    expect(await claim(from('192.0.2.1'), 'code')).toBe(0);
  });

  it('leaves a guesser of codes four an hour, whatever the number of addresses', async () => {
    let allowed = 0;
    for (let minute = 0; minute < 4 * 60; minute += 1) {
      pass(MINUTE);
      if ((await claim(from(`198.51.100.${minute}`), 'code')) === 0) allowed += 1;
    }
    expect(allowed).toBeLessThan(10 + 9 + 4 * 4);
  });
});

it('counts for itself when Redis is there and says nothing', async () => {
  const silent = { eval: () => new Promise(() => {}), del: () => new Promise(() => {}) } as unknown as Redis;
  const attempts = createAttempts(silent, testClock());
  const attempt = { account: 'a@example.com', address: '192.0.2.1' };
  const began = performance.now();
  await attempts.claim('password', attempt);
  expect(performance.now() - began).toBeLessThan(2_000);
}, 10_000);
