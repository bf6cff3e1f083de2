import { createJobSender } from '@tokengrip/core/queues/sender';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis, testRedisUrl } from '@tokengrip/core/testing/redis';
import type { LightMyRequestResponse } from 'fastify';
import type { Redis } from 'ioredis';
import { buildApiApp } from './app.ts';
import { readApiConfig } from './config.ts';

type Reply = LightMyRequestResponse;
type Headers = Record<string, string>;

/** The api on a database of its own, as the api's role, with its production options. */
export async function startTestApi(env: Record<string, string> = {}) {
  const database = await createTestDatabase();
  const redis = testRedis();
  const ctx = testContext(database.as('api'), testClock(new Date().toISOString()));
  const jobs = createJobSender(testRedisUrl(), ctx.log);
  const config = readApiConfig({
    DATABASE_URL: database.url('api'),
    JWT_SECRET: 'only-for-tests-only-for-tests',
    TRUSTED_PROXIES: '127.0.0.1',
    ...env,
  });
  const server = await buildApiApp(config, { ...ctx, redis, jobs });
  // Addresses of their own, so that test files do not use up each other's attempts.
  const address = `198.51.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;
  let cookie = '';

  const request = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    headers: Headers = {},
  ): Promise<Reply> =>
    server.inject({
      method,
      url: `/api/v1${path}`,
      headers: { 'x-forwarded-for': address, ...(cookie ? { cookie: `tokengrip_session=${cookie}` } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });

  return {
    database,
    redis,
    get cookie() {
      return cookie;
    },
    /** Later requests carry the session of this reply. */
    signIn(reply: Reply) {
      cookie = reply.cookies.find(({ name }) => name === 'tokengrip_session')?.value ?? '';
    },
    get: (path: string, headers?: Headers) => request('GET', path, undefined, headers),
    post: (path: string, body?: object, headers?: Headers) => request('POST', path, body, headers),
    put: (path: string, body: object) => request('PUT', path, body),
    patch: (path: string, body: object) => request('PATCH', path, body),
    delete: (path: string) => request('DELETE', path),
    async close() {
      await server.close();
      await jobs.close();
      redis.disconnect();
      await database.drop();
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof startTestApi>> & { database: TestDatabase; redis: Redis };
