import { type JobDefinition, sendMailJob } from '@tokengrip/core/queues/jobs';
import { createJobSender, type JobSender } from '@tokengrip/core/queues/sender';
import { connectRedis } from '@tokengrip/core/redis';
import { silentLog, testClock, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedisUrl } from '@tokengrip/core/testing/redis';
import type { LightMyRequestResponse } from 'fastify';
import type { Redis } from 'ioredis';
import { buildApiApp } from './app.ts';
import { readApiConfig } from './config.ts';

type Reply = LightMyRequestResponse;
type Headers = Record<string, string>;

/** Cookies as a browser keeps them: each with the path to which it is sent. */
type Jar = Map<string, { value: string; path: string }>;

/** The api on a database of its own, as the api's role, with its production options. */
export async function startTestApi(env: Record<string, string> = {}) {
  const database = await createTestDatabase();
  // Keys of its own: what is counted by address would be counted for all tests together.
  const redis = connectRedis(testRedisUrl(), silentLog, { enableOfflineQueue: true, keyPrefix: `${database.name}:` });
  const clock = testClock(new Date().toISOString());
  const ctx = testContext(database.as('api'), clock);
  const sender = createJobSender(testRedisUrl(), ctx.log);
  const queued: { definition: JobDefinition; payload: unknown }[] = [];
  const config = readApiConfig({
    DATABASE_URL: database.url('api'),
    SESSION_SECRET: 'only-for-tests-only-for-tests',
    ENCRYPTION_SECRET: 'only-for-tests-only-for-tests',
    TRUSTED_PROXIES: '127.0.0.1',
    ...env,
  });
  const server = await buildApiApp(config, { ...ctx, redis, jobs: noting(sender, queued) });
  // Addresses of their own, so that test files do not use up each other's attempts.
  const address = `198.51.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;
  let jar: Jar = new Map();

  const request = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    headers: Headers = {},
  ): Promise<Reply> =>
    server.inject({
      method,
      url: `/api/v1${path}`,
      headers: { 'x-forwarded-for': address, ...cookieHeader(jar, `/api/v1${path}`), ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });

  return {
    database,
    redis,
    clock,
    address,
    /** Jobs that were handed over. Mails go no further. */
    jobs: queued,
    /** Until what is done after replies is done. */
    settled: () => server.settled(),
    server,
    /** What is kept, as a browser sends it to most addresses. */
    cookies: () => cookieHeader(jar, '/api/v1'),
    /** Moves the clock forward. */
    pass(ms: number) {
      clock.set(new Date(clock.now().getTime() + ms).toISOString());
    },
    /** The value of a cookie that is kept. */
    cookie: (name: string) => jar.get(name)?.value ?? '',
    /** Later requests carry the cookies of this reply, beside those that were kept before. */
    signIn(reply: Reply) {
      for (const { name, value, path = '/', maxAge } of reply.cookies) {
        if (maxAge === 0 || value === '') jar.delete(name);
        else jar.set(name, { value, path });
      }
    },
    /** Another browser: nothing is kept. Returns what goes back to the one before. */
    newBrowser() {
      const before = jar;
      jar = new Map();
      return () => {
        jar = before;
      };
    },
    get: (path: string, headers?: Headers) => request('GET', path, undefined, headers),
    post: (path: string, body?: object, headers?: Headers) => request('POST', path, body, headers),
    put: (path: string, body: object) => request('PUT', path, body),
    patch: (path: string, body: object) => request('PATCH', path, body),
    delete: (path: string, body?: object) => request('DELETE', path, body),
    async close() {
      await server.close();
      await sender.close();
      redis.disconnect();
      await database.drop();
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof startTestApi>> & { database: TestDatabase; redis: Redis };

const noting = (sender: JobSender, queued: { definition: JobDefinition; payload: unknown }[]): JobSender => ({
  ...sender,
  async send(definition, payload, id, delayMs) {
    queued.push({ definition, payload });
    if (definition.name !== sendMailJob.name) await sender.send(definition, payload, id, delayMs);
  },
});

function cookieHeader(jar: Jar, path: string): Headers {
  const sent = [...jar].filter(([, cookie]) => path.startsWith(cookie.path));
  return sent.length === 0 ? {} : { cookie: sent.map(([name, { value }]) => `${name}=${value}`).join('; ') };
}
