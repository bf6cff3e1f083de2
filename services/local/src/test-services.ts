import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolsFolder } from './paths.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { Stack } from './stack.ts';

export interface TestServices {
  /** What the tests read: TEST_DATABASE_URL (the superuser's) and TEST_REDIS_URL. */
  readonly env: { readonly TEST_DATABASE_URL: string; readonly TEST_REDIS_URL: string };
  /** Stops both and removes their data. */
  stop(): Promise<void>;
}

/** An empty Postgres and an empty Redis of their own, which forget everything when they stop. */
export async function startTestServices(log: (line: string) => void): Promise<TestServices> {
  const stack = new Stack();
  try {
    const directory = await mkdtemp(join(tmpdir(), 'tokengrip-test-'));
    stack.add(() => rm(directory, { recursive: true, force: true }));
    const redis = await startRedis({ directory: join(directory, 'redis'), tools: toolsFolder, log });
    stack.add(redis.stop);
    const postgres = await startPostgres({ directory: join(directory, 'postgres'), durable: false });
    stack.add(postgres.stop);
    return { env: { TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url }, stop: () => stack.close() };
  } catch (error) {
    await stack.close();
    throw error;
  }
}
