import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..', '..');
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What the command line of Docker itself needs; everything else of this environment could change the suite. */
const KEPT = /^(PATH|HOME|DOCKER_.*|BUILDKIT_.*|BUILDX_.*|XDG_.*|SSL_.*|HTTPS?_PROXY|NO_PROXY)$/i;

interface Output {
  stdout: string;
  stderr: string;
}

/** An installation of its own, apart from any that runs here: its own containers, volumes, networks and port. */
export interface Suite {
  readonly project: string;
  readonly address: string;
  /** `docker compose <args>` in this installation; rejects with what it printed when it fails. */
  compose(...args: string[]): Promise<Output>;
  /** Runs a command in a service's container, as the service's own user. */
  exec(service: string, ...command: string[]): Promise<string>;
  /** The rows of a query of the owner, one a line, columns separated by `|`. */
  query(sql: string): Promise<string[]>;
  /** What a service's one container has printed, as it has printed it. */
  printed(service: string): Promise<string>;
  /** Ids of the service's containers, those that have ended included. */
  containers(service: string): Promise<string[]>;
  docker(...args: string[]): Promise<Output>;
}

/** Every service of docker-compose.yml: those that run, and those that do their work and end. */
export const RUNNING = ['postgres', 'redis', 'ingest', 'api', 'worker', 'web'] as const;
export const ONE_SHOT = ['init', 'migrate'] as const;

export interface SuiteOptions {
  /** Ends whatever is being done, and lets nothing begin. */
  signal?: AbortSignal;
  /** Compose files, each over the ones before it. Default: docker-compose.yml alone. */
  files?: readonly string[];
  /** What the operator has set. */
  settings?: Readonly<Record<string, string>>;
}

/** Describes an installation; `compose('up', …)` starts it. */
export async function describeSuite(project: string, options: SuiteOptions = {}): Promise<Suite> {
  const { signal, files = ['docker-compose.yml'], settings = { PRICING_SYNC: 'false' } } = options;
  const port = await freePort();
  const env = { ...keptEnvironment(), TOKENGRIP_PORT: String(port), ...settings };
  const docker = async (...args: string[]): Promise<Output> => {
    const options = { cwd: ROOT, env, maxBuffer: MAX_OUTPUT_BYTES, ...(signal ? { signal } : {}) };
    const running = run('docker', args, { ...options, encoding: 'utf8' });
    // One that is told to end still creates what it has begun to create.
    const ended = new Promise((resolve) => running.child.once('close', resolve));
    try {
      return await running;
    } catch (error) {
      if (signal?.aborted) await ended;
      const { stdout = '', stderr = '' } = error as Partial<Output>;
      throw new Error(`docker ${args.join(' ')} failed:\n${`${stdout}${stderr}`.trim() || String(error)}`);
    }
  };
  // No .env: whatever lies in the checkout is not this installation's.
  const compose = (...args: string[]) =>
    docker(
      'compose',
      ...files.flatMap((file) => ['--file', file]),
      '--project-name',
      project,
      '--env-file',
      '/dev/null',
      ...args,
    );
  const exec = async (service: string, ...command: string[]) =>
    (await compose('exec', '--no-TTY', service, ...command)).stdout;
  const containers = async (service: string) => lines((await compose('ps', '--all', '--quiet', service)).stdout);
  return {
    project,
    address: `http://localhost:${port}`,
    docker,
    compose,
    exec,
    async query(sql) {
      const psql = ['psql', '--username=tokengrip', '--dbname=tokengrip', '--tuples-only', '--no-align', '--command'];
      return lines(await exec('postgres', ...psql, sql));
    },
    containers,
    // Not by Compose, which puts characters for a terminal into it.
    async printed(service) {
      const [id = ''] = await containers(service);
      return (await docker('logs', id)).stdout;
    },
  };
}

/** Takes an installation away, data, networks and images included. */
export async function removeSuite(project: string, options: Omit<SuiteOptions, 'signal'> = {}): Promise<void> {
  const { compose } = await describeSuite(project, options);
  await compose('down', '--volumes', '--rmi', 'local', '--remove-orphans', '--timeout', '0');
}

export const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

function keptEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => KEPT.test(name)));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
