import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@tokengrip/core/log';
import { createShutdown } from '@tokengrip/core/shutdown';
import { toolsFolder } from '@tokengrip/local/paths';
import { startSuite } from '@tokengrip/local/suite';
import { webFolder } from '@tokengrip/local/web-build';

export interface RunningSuite {
  /** `http://localhost:…`, as a person would type it. */
  address: string;
  stop(): Promise<void>;
}

/**
 * The whole suite as `npm start` runs it, on data of its own: a fresh installation. It asks nobody outside for prices.
 * @param port any that is free, if it need not be known before
 */
export async function startFreshSuite(env: Record<string, string> = {}, port = 0): Promise<RunningSuite> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'tokengrip-e2e-'));
  const log = createLog({ service: 'e2e', level: 'warn' });
  const shutdown = createShutdown(log);
  const suite = await startSuite(
    {
      stateFolder,
      toolsFolder,
      webFolder,
      host: 'localhost',
      port,
      durable: false,
      env: { LOG_LEVEL: 'warn', AUTH_ATTEMPTS_PER_MINUTE: '1000', PRICING_SYNC: 'false', ...env },
      log,
      say: () => {},
    },
    shutdown,
  );
  return {
    address: suite.address.replace(/127\.0\.0\.1|\[::1\]/, 'localhost'),
    async stop() {
      await shutdown.run();
      await rm(stateFolder, { recursive: true, force: true });
    },
  };
}
