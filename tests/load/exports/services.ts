import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SECOND } from '@tokengrip/core/clock';
import { freePort } from '@tokengrip/local/ports';

export interface ServiceProcess {
  address: string;
  pid: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60 * SECOND;
const SECRET = 'only-for-load-only-for-load';
/** What Node takes for itself in a container of 512 MB, as docker-compose.yml gives one to each service. */
const HEAP_MB = 256;

/** Makes the programs of the images, by the name of their service: what runs here is what runs in production. */
export async function bundlePrograms(directory: string): Promise<void> {
  const bundle = fileURLToPath(new URL('../../../docker/build/bundle.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [bundle, directory]);
}

/**
 * Starts a service in a process of its own, and waits until it is ready.
 * @param programs where `bundlePrograms` has put them
 * @throws Error when it ends before, or takes a minute
 */
export async function startService(
  programs: string,
  name: 'api' | 'worker' | 'ingest',
  env: { DATABASE_URL: string; REDIS_URL: string },
): Promise<ServiceProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, 'main.mjs'], {
    cwd: join(programs, name),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
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
  // Whatever ends this process takes the services with it.
  process.once('exit', () => child.kill());
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
