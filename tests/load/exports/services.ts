import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SECOND } from '@tokengrip/core/clock';
import { freePort } from '@tokengrip/local/ports';

export interface ServiceProcess {
  address: string;
  pid: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60 * SECOND;
const SECRET = 'only-for-load-only-for-load';

/**
 * Starts a service as production does, by its own main file, in a process of its own, and waits until it is ready.
 * @throws Error when it ends before, or takes a minute
 */
export async function startService(
  name: 'api' | 'worker' | 'ingest',
  env: { DATABASE_URL: string; REDIS_URL: string },
): Promise<ServiceProcess> {
  const port = await freePort();
  const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      LOG_LEVEL: 'fatal',
      SESSION_SECRET: SECRET,
      ENCRYPTION_SECRET: SECRET,
      COOKIE_SECURE: 'false',
      AUTH_ATTEMPTS_PER_MINUTE: '10000',
      INGEST_RATE_LIMIT_PER_MINUTE: '0',
      AIR_GAPPED: 'true',
      ...env,
      PORT: String(port),
    },
  });
  const ended = once(child, 'exit');
  const address = `http://127.0.0.1:${port}`;
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await isReady(address))) {
    if (hasEnded(child))
      throw new Error(`the ${name} ended with ${child.exitCode ?? child.signalCode} before it was ready`);
    if (performance.now() > until) throw new Error(`the ${name} is not ready after a minute`);
    await delay(100);
  }
  return {
    address,
    pid: child.pid ?? 0,
    async stop() {
      if (!hasEnded(child)) child.kill('SIGTERM');
      await ended;
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

const isReady = (address: string) =>
  fetch(`${address}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
