import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { unpackedProgram, unpackProgram } from './debian-packages.ts';
import { freePort } from './ports.ts';
import { findOnPath, waitUntil } from './processes.ts';
import { ensureSecret } from './secrets.ts';
import { endLeftover, startServer } from './server-process.ts';
import { SetupError } from './setup-error.ts';

/** A large append-only file is read at the start. */
const READY_TIMEOUT_MS = 120_000;
const REPLY_TIMEOUT_MS = 1_000;
const PORT_ATTEMPTS = 3;

export interface RedisOptions {
  /** Holds the data, the password and the log; it is made. */
  readonly directory: string;
  /** Where programs that this system lacks are unpacked: `.tokengrip/tools`. */
  readonly tools: string;
  /** A free one when not given. */
  readonly port?: number | undefined;
  /** Called with a line of progress when something has to be fetched. */
  readonly log: (line: string) => void;
}

export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  /** Resolves when the server has ended, by itself or by stop(). */
  readonly ended: Promise<void>;
  /** Writes everything to disk and ends. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a Redis, or Valkey, as BullMQ needs it: append-only and never evicting.
 * @throws SetupError when there is none on this machine and none can be fetched, the data are in use or the port is taken
 */
export async function startRedis(options: RedisOptions): Promise<RunningRedis> {
  const directory = resolve(options.directory);
  const spec = { title: 'Redis', directory, name: 'redis', stopSignal: 'SIGTERM' } as const;
  await endLeftover(spec);
  const command = await ensureRedisServer(options.tools, options.log);
  const password = await ensureSecret(join(directory, 'password'));

  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const server = await startServer({
      ...spec,
      command,
      args: ['-'],
      env: process.env,
      cwd: directory,
      input: configuration(directory, port, password),
    });
    const isReady = async () => server.hasEnded() || (await ping(port, password));
    const answered = await waitUntil(isReady, READY_TIMEOUT_MS);
    if (answered && !server.hasEnded()) {
      return { url: `redis://:${password}@127.0.0.1:${port}`, port, ended: server.ended, stop: server.stop };
    }
    await server.stop();
    const log = await server.logTail();
    const taken = log.includes('Address already in use');
    if (taken && options.port === undefined && attempt < PORT_ATTEMPTS) continue;
    throw new SetupError(
      taken ? `The port ${port} is in use; choose another one for Redis.` : `Redis did not start:\n${log}`,
    );
  }
}

/** The path of a Redis server: from the PATH, or unpacked below `tools` from Debian's packages. */
export async function ensureRedisServer(tools: string, log: (line: string) => void): Promise<string> {
  const installed = await findOnPath(['redis-server', 'valkey-server']);
  if (installed) return installed;
  const target = resolve(tools, 'redis');
  const unpacked = await unpackedProgram(target);
  if (unpacked) return unpacked;
  log('Fetching Redis from the distribution into .tokengrip/tools …');
  const fetched = await unpackProgram({ package: 'redis-server', path: 'usr/bin/redis-server' }, target);
  if (fetched) return fetched;
  throw new SetupError(
    'Redis is needed and could not be fetched; install it (apt install redis-server, dnf install valkey, apk add redis, brew install redis) and start again.',
  );
}

/** Given through standard input: a command line is visible to every user of the machine. */
function configuration(directory: string, port: number, password: string): string {
  const lines = {
    bind: '127.0.0.1',
    port: String(port),
    dir: quote(directory),
    requirepass: password,
    daemonize: 'no',
    loglevel: 'warning',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '""',
    'maxmemory-policy': 'noeviction',
  };
  return `${Object.entries(lines)
    .map(([name, value]) => `${name} ${value}`)
    .join('\n')}\n`;
}

const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Whether it answers; while it still reads its data it says LOADING. */
function ping(port: number, password: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: REPLY_TIMEOUT_MS });
    let reply = '';
    const finish = (ready: boolean) => {
      socket.destroy();
      answer(ready);
    };
    socket.on('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      reply += chunk.toString();
      if (reply.split('\r\n').length > 2) finish(reply.startsWith('+OK\r\n+PONG'));
    });
    socket.on('error', () => finish(false));
    socket.on('timeout', () => finish(false));
    socket.on('close', () => finish(false));
  });
}
