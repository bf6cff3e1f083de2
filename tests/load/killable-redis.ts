import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toolsFolder } from '@tokengrip/local/paths';
import { freePort } from '@tokengrip/local/ports';
import { startRedis } from '@tokengrip/local/redis';

export interface KillableRedis {
  url: string;
  /** `kill -9`, as the power cut does. */
  kill(): Promise<void>;
  /** At the same address. With `forgetting` without anything that it had. */
  restart(options?: { forgetting?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** @param directory for its data alone, and removed by the caller */
export async function startKillableRedis(directory: string): Promise<KillableRedis> {
  const options = { directory, tools: toolsFolder, port: await freePort(), log: () => {} };
  let redis = await startRedis(options);
  return {
    url: redis.url,
    async kill() {
      const { server } = JSON.parse(await readFile(join(directory, 'redis.json'), 'utf8')) as {
        server: { pid: number };
      };
      process.kill(server.pid, 'SIGKILL');
      await redis.ended;
    },
    async restart({ forgetting = false } = {}) {
      if (forgetting) await rm(join(directory, 'appendonlydir'), { recursive: true, force: true });
      for (let tries = 1; ; tries += 1) {
        try {
          redis = await startRedis(options);
          return;
        } catch (error) {
          // The port of one that was killed is held for a moment.
          if (tries === 20) throw error;
          await delay(250);
        }
      }
    },
    stop: () => redis.stop(),
  };
}
