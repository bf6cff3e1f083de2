import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@tokengrip/core/log';
import { createShutdown } from '@tokengrip/core/shutdown';
import { toolsFolder } from './paths.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

export interface TestServices {
  /** What the tests read: TEST_DATABASE_URL (the superuser's) and TEST_REDIS_URL. */
  readonly env: { readonly TEST_DATABASE_URL: string; readonly TEST_REDIS_URL: string };
  /** Stops both and removes their data. */
  stop(): Promise<void>;
}

/**
 * An empty Postgres and an empty Redis of their own, which forget everything when they stop.
 * @param log called with a line of progress when something has to be fetched
 */
export async function startTestServices(log: (line: string) => void): Promise<TestServices> {
  const shutdown = createShutdown(createLog({ service: 'local', level: 'warn', destination: process.stderr }));
  try {
    const directory = await mkdtemp(join(tmpdir(), 'tokengrip-test-'));
    shutdown.push('test data', () => rm(directory, { recursive: true, force: true }));
    const redis = await startRedis({ directory: join(directory, 'redis'), tools: toolsFolder, log });
    shutdown.push('Redis', redis.stop);
    const postgres = await startPostgres({ directory: join(directory, 'postgres'), durable: false });
    shutdown.push('Postgres', postgres.stop);
    return { env: { TEST_DATABASE_URL: postgres.url, TEST_REDIS_URL: redis.url }, stop: shutdown.run };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}
