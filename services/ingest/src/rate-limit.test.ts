import { randomInt } from 'node:crypto';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { testRedis } from '@tokengrip/core/testing/redis';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRateLimit } from './rate-limit.ts';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

describe('the rate limit', () => {
  const redis = testRedis();
  const clock = testClock('2026-08-01T12:00:15Z');
  const ctx = { ...testContext(undefined as never, clock), redis };
  /** Other runs of the tests share the Redis. */
  const someKey = () => randomInt(2 ** 40, 2 ** 47);

  afterAll(() => redis.disconnect());

  it('lets each key have its requests, and all of them again in the next minute', () => {
    const { take } = createRateLimit(ctx, 2);
    const [key, other] = [someKey(), someKey()];
    expect(take(key)).toEqual({ allowed: true, limit: 2, remaining: 1, resetSeconds: 45 });
    expect(take(key)).toMatchObject({ allowed: true, remaining: 0 });
    expect(take(key)).toMatchObject({ allowed: false, remaining: 0 });
    expect(take(other)).toMatchObject({ allowed: true });
    clock.set('2026-08-01T12:01:00Z');
    expect(take(key)).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('is one limit for all processes', async () => {
    const [one, two] = [createRateLimit(ctx, 1_000), createRateLimit(ctx, 1_000)];
    const key = someKey();
    for (let i = 0; i < 600; i += 1) one.take(key);
    await vi.waitFor(async () => expect(await redis.keys(`tokengrip:ingest-rate:${key}:*`)).toHaveLength(1));
    // Its own few requests would leave more than 900.
    await vi.waitFor(() => expect(two.take(key).remaining).toBeLessThan(400));
  });

  it('goes on by itself while Redis is away', async () => {
    const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: null });
    away.on('error', () => {});
    const { take } = createRateLimit({ ...ctx, redis: away }, 1_000);
    const key = someKey();
    const exec = vi.spyOn(away, 'pipeline');
    expect(take(key)).toMatchObject({ allowed: true });
    await vi.waitFor(() => expect(exec).toHaveBeenCalled());
    expect(take(key)).toMatchObject({ allowed: true, remaining: 998 });
    away.disconnect();
  });
});

describe('a key beyond its limit', () => {
  let ingest: IngestFixture;
  beforeAll(async () => {
    ingest = await startIngestFixture({ perMinute: 2 });
    // The keys of all test databases have the same numbers.
    await sqlKeyOfItsOwn();
  });
  afterAll(() => ingest.close());

  const sqlKeyOfItsOwn = async () => {
    await ingest.database.owner
      .updateTable('api_keys')
      .set({ id: randomInt(2 ** 30, 2 ** 31 - 1) })
      .execute();
  };

  it('is answered 429 with the time to wait, before its body is read', async () => {
    const send = () =>
      ingest.server.inject({
        method: 'POST',
        url: '/v1/usage',
        headers: { authorization: `Bearer ${ingest.secret}`, 'content-type': 'application/json' },
        payload: '{',
      });
    const first = await send();
    expect([first.statusCode, first.headers['ratelimit-limit'], first.headers['ratelimit-remaining']]).toEqual([
      400,
      '2',
      '1',
    ]);
    await send();
    const third = await send();
    expect([
      third.statusCode,
      third.json().code,
      third.headers['retry-after'],
      third.headers['ratelimit-reset'],
    ]).toEqual([429, 'rate_limited', '60', '60']);
    expect(await ingest.metrics.registry.metrics()).toContain('tokengrip_ingest_rate_limited_requests_total 1');
  });
});
