import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface IngestProcess {
  address: string;
  pid: number;
  /** As the power cut does. */
  kill(): Promise<void>;
  /** As an operator does. */
  stop(): Promise<void>;
}

/**
 * Starts an ingest in a process of its own, on a free port unless `PORT` says which.
 * @throws Error when it ends before it listens
 */
export async function startIngestProcess(env: NodeJS.ProcessEnv, args: string[] = []): Promise<IngestProcess> {
  const child = fork(fileURLToPath(new URL('./ingest-process.ts', import.meta.url)), args, {
    env: { PORT: '0', LOG_LEVEL: 'fatal', INGEST_RATE_LIMIT_PER_MINUTE: '0', ...process.env, ...env },
  });
  const ended = once(child, 'exit');
  const listening = once(child, 'message') as Promise<[string]>;
  const [address] = await Promise.race([
    listening,
    ended.then(([code]) => Promise.reject(new Error(`the ingest ended with ${code} before it listened`))),
  ]);
  return { address, pid: child.pid ?? 0, kill: () => end(child, ended, 'SIGKILL'), stop: () => end(child, ended) };
}

async function end(child: ChildProcess, ended: Promise<unknown>, signal?: NodeJS.Signals): Promise<void> {
  if (signal) child.kill(signal);
  else child.disconnect();
  await ended;
}
