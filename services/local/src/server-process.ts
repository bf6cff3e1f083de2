// A server of its own session, tied to this process. A terminal's Ctrl-C does not reach it, so that it stops last; it is
// asked to stop when this process ends in whatever way; and what still survives is found again at the next start.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess, identify, isRunning, type ProcessIdentity } from './processes.ts';
import { SetupError } from './setup-error.ts';

const SECOND = 1_000;
const MAX_LOG_BYTES = 10 * 1024 * 1024;

export interface ServerSpec {
  /** As in "The database". */
  readonly title: string;
  /** Where `<name>.log` and `<name>.json`, which remembers the process, lie; it is made. */
  readonly directory: string;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
  /** What it reads from its standard input. */
  readonly input?: string | undefined;
  /** The signal that stops it in order. */
  readonly stopSignal: NodeJS.Signals;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended, by itself or by stop(). */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Stops it in order, and by force when that takes too long. Safe to call twice. */
  stop(): Promise<void>;
  /** The end of its log. */
  logTail(): Promise<string>;
}

interface Remembered {
  readonly server: ProcessIdentity;
  readonly owner: ProcessIdentity;
}

/**
 * Ends what an earlier process left running in this directory when it was killed.
 * @throws SetupError when the process that started it is alive: then it is in use
 */
export async function endLeftover(
  spec: Pick<ServerSpec, 'title' | 'directory' | 'name' | 'stopSignal'>,
): Promise<void> {
  const remembered = await readRemembered(memoryFile(spec));
  if (!remembered || !(await isRunning(remembered.server))) return;
  if (await isRunning(remembered.owner)) {
    throw new SetupError(
      `${spec.title} in ${spec.directory} is in use by process ${remembered.owner.pid}; stop that first.`,
    );
  }
  if (!(await endProcess(remembered.server, stopSteps(spec.stopSignal)))) {
    throw new SetupError(
      `${spec.title} in ${spec.directory} still runs as process ${remembered.server.pid} and cannot be stopped from here; stop that first.`,
    );
  }
}

/** Starts the server. It is not ready yet when this returns. */
export async function startServer(spec: ServerSpec): Promise<ServerProcess> {
  await mkdir(spec.directory, { recursive: true });
  const { child, ended } = await spawnServer(spec);
  const [server, owner] = await Promise.all([identify(child.pid ?? 0), identify(process.pid)]);
  if (server && owner) await writeFile(memoryFile(spec), JSON.stringify({ server, owner } satisfies Remembered));
  const release = tie(child, spec.stopSignal);
  const finished = ended.then(release);

  let stopping: Promise<void> | undefined;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (server && !hasEnded()) await endProcess(server, stopSteps(spec.stopSignal));
    if (server && !hasEnded() && (await isRunning(server))) return;
    await finished;
    await rm(memoryFile(spec), { force: true });
  };
  return {
    pid: child.pid ?? 0,
    ended: finished,
    hasEnded,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    logTail: async () => (await readFile(logFile(spec), 'utf8')).trim().split('\n').slice(-12).join('\n'),
  };
}

async function spawnServer(spec: ServerSpec): Promise<{ child: ChildProcess; ended: Promise<void> }> {
  const log = await openLog(logFile(spec));
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: [spec.input === undefined ? 'ignore' : 'pipe', log.fd, log.fd],
      ...spec.account,
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await once(child, 'spawn');
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(spec.input);
    return { child, ended };
  } finally {
    await log.close();
  }
}

/**
 * Lets the server end with this process: at an exit of any kind by a signal from here, and after a kill -9 by a shell that
 * waits for the pipe from this process to close.
 */
function tie(child: ChildProcess, signal: NodeJS.Signals): () => void {
  const onExit = () => child.kill(signal);
  process.on('exit', onExit);
  const watcher = spawn(
    '/bin/sh',
    ['-c', 'read -r line; kill -s "$1" "$2"', 'sh', signal.slice(3), String(child.pid)],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  watcher.on('error', () => undefined);
  watcher.unref();
  return () => {
    process.off('exit', onExit);
    watcher.kill('SIGKILL');
  };
}

const stopSteps = (signal: NodeJS.Signals) =>
  [
    { signal, waitMs: 30 * SECOND },
    { signal: 'SIGQUIT', waitMs: 5 * SECOND },
    { signal: 'SIGKILL', waitMs: 5 * SECOND },
  ] as const;

const memoryFile = (spec: Pick<ServerSpec, 'directory' | 'name'>) => join(spec.directory, `${spec.name}.json`);
const logFile = (spec: Pick<ServerSpec, 'directory' | 'name'>) => join(spec.directory, `${spec.name}.log`);

/** Only warnings and errors are logged; a log that has grown all the same starts anew. */
async function openLog(file: string) {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  return open(file, size > MAX_LOG_BYTES ? 'w' : 'a', 0o600);
}

async function readRemembered(file: string): Promise<Remembered | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (!text) return undefined;
  try {
    return JSON.parse(text) as Remembered;
  } catch {
    return undefined;
  }
}
