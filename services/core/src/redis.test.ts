import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createLog } from './log.ts';
import { connectRedis, redisUrl } from './redis.ts';

const log = createLog({ service: 'test', level: 'silent' });
const patient = { enableOfflineQueue: true, maxRetriesPerRequest: 1 };

it('leaves an address alone that has no password of its own', () => {
  expect(redisUrl({ REDIS_URL: 'redis://:in-the-url@host:1/2' })).toBe('redis://:in-the-url@host:1/2');
});

it('logs in with any password that comes on its own', async () => {
  const address = process.env.TEST_REDIS_URL ?? '';
  const admin = connectRedis(address, log, patient);
  const user = `test-${randomUUID()}`;
  const password = 'p@ss: w"ord/#%5c\\ é';
  await admin.acl('SETUSER', user, 'on', `>${password}`, '+ping', '+info');
  const url = new URL(address);
  url.username = user;
  const redis = connectRedis(redisUrl({ REDIS_URL: url.href, REDIS_PASSWORD: password }), log, patient);
  try {
    expect(await redis.ping()).toBe('PONG');
  } finally {
    redis.disconnect();
    await admin.acl('DELUSER', user);
    admin.disconnect();
  }
});
