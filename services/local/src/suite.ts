// The whole suite in one process: what the containers are, on this machine's own Postgres and Redis.
import { join } from 'node:path';
import { startApi } from '@tokengrip/api/start';
import type { Environment } from '@tokengrip/core/config';
import { createPool } from '@tokengrip/core/db/connection';
import { roleName, type ServiceRole } from '@tokengrip/core/db/migrate';
import { prepareDatabase } from '@tokengrip/core/domain/installation/prepare-database';
import { parseProxies } from '@tokengrip/core/http/server';
import type { Log } from '@tokengrip/core/log';
import type { Shutdown } from '@tokengrip/core/shutdown';
import { startIngest } from '@tokengrip/ingest/start';
import { startWorker } from '@tokengrip/worker/start';
import { offerCommandAccess } from './command-access.ts';
import { buildFrontApp } from './front/app.ts';
import { root } from './paths.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { ensureSecret } from './secrets.ts';
import { SetupError } from './setup-error.ts';

const DATABASE = 'tokengrip';

export interface SuiteOptions {
  /** Holds data and secrets; deleting it starts anew. */
  readonly stateFolder: string;
  readonly toolsFolder: string;
  /** The built web app. */
  readonly webFolder: string;
  readonly host: string;
  readonly port: number;
  /** False only for tests: faster, and the data do not survive a crash of the machine. */
  readonly durable?: boolean;
  /** Variables of the services, as `.env.example` describes them. Addresses and passwords are set here. */
  readonly env: Environment;
  readonly log: Log;
  /** Called with a line of progress for the person at the terminal. */
  readonly say: (line: string) => void;
  /** Ends the start before its next step: a database that is stopped under a migration takes the process with it. */
  readonly signal?: AbortSignal;
}

export interface Suite {
  readonly address: string;
  /** Resolves with the name of the server that has ended although nobody stopped it. */
  readonly broken: Promise<string>;
}

/**
 * Starts everything, bottom up, and pushes onto `shutdown` how to stop it.
 * @throws SetupError when something about this machine has to be put right first
 */
export async function startSuite(options: SuiteOptions, shutdown: Shutdown): Promise<Suite> {
  const { stateFolder, log } = options;
  const secret = (name: string) => ensureSecret(join(stateFolder, 'secrets', name));
  const goOn = () => options.signal?.throwIfAborted();

  goOn();
  const redis = await startRedis({
    directory: join(stateFolder, 'redis'),
    tools: options.toolsFolder,
    log: options.say,
  });
  shutdown.push('Redis', redis.stop);
  goOn();
  const postgres = await startPostgres({
    directory: join(stateFolder, 'postgres'),
    passwordFile: join(stateFolder, 'secrets', 'db_owner_password'),
    durable: options.durable ?? true,
  });
  shutdown.push('Postgres', postgres.stop);
  goOn();

  const passwords: Record<ServiceRole, string> = {
    ingest: await secret('db_ingest_password'),
    api: await secret('db_api_password'),
    worker: await secret('db_worker_password'),
  };
  const ownerUrl = await ensureDatabase(postgres.url);
  await prepareDatabase({ ownerUrl, migrationsDir: join(root, 'migrations'), passwords, log });
  goOn();

  const sessionSecret = await secret('session_secret');
  const encryptionSecret = await secret('encryption_secret');
  const environmentOf = (role: ServiceRole): Environment =>
    override(
      {
        ...options.env,
        // Here pages come over plain http; behind a proxy of one's own with https it is to be set.
        COOKIE_SECURE: options.env.COOKIE_SECURE || 'false',
        SESSION_SECRET: options.env.SESSION_SECRET || sessionSecret,
        ENCRYPTION_SECRET: options.env.ENCRYPTION_SECRET || encryptionSecret,
      },
      {
        DATABASE_URL: `postgres://${roleName(role)}@127.0.0.1:${postgres.port}/${DATABASE}`,
        DATABASE_PASSWORD: passwords[role],
        REDIS_URL: redis.url,
        // It is in the address; one that .env sets for the containers is not this server's.
        REDIS_PASSWORD: '',
        HOST: '127.0.0.1',
        PORT: '0',
        TRUSTED_PROXIES: '127.0.0.1',
      },
    );
  const withdraw = await offerCommandAccess(stateFolder, {
    DATABASE_URL: `postgres://${roleName('worker')}@127.0.0.1:${postgres.port}/${DATABASE}`,
    DATABASE_PASSWORD_FILE: join(stateFolder, 'secrets', 'db_worker_password'),
  });
  shutdown.push('access of the command', withdraw);

  goOn();
  const worker = await startWorker(environmentOf('worker'));
  shutdown.push('worker', worker.close);
  const api = await startApi(environmentOf('api'));
  shutdown.push('api', api.close);
  const ingest = await startIngest(environmentOf('ingest'));
  shutdown.push('ingest', ingest.close);

  const front = await buildFrontApp(
    {
      webFolder: options.webFolder,
      ingestUrl: ingest.address,
      apiUrl: api.address,
      trustedProxies: parseProxies(options.env.TRUSTED_PROXIES ?? ''),
    },
    log,
  );
  shutdown.push('front door', () => front.close());
  const address = await front
    .listen({ host: options.host, port: options.port })
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') throw portTaken(options.port);
      throw error;
    });
  const broken = Promise.race([postgres.ended.then(() => 'Postgres'), redis.ended.then(() => 'Redis')]);
  return { address, broken };
}

export const portTaken = (port: number) =>
  new SetupError(`The port ${port} is in use; stop what uses it, or choose another one by PORT=<number> npm start.`);

/** Values that win over whatever the environment says, also over a file that it names. */
function override(env: Environment, values: Record<string, string>): Environment {
  const files = Object.keys(values).map((name) => [`${name}_FILE`, undefined]);
  return { ...env, ...Object.fromEntries(files), ...values };
}

/** Makes the database if there is none yet; returns its address for the owner. */
async function ensureDatabase(superuserUrl: string): Promise<string> {
  const pool = createPool({ url: superuserUrl, poolSize: 1, applicationName: 'tokengrip-local' });
  try {
    const { rowCount } = await pool.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await pool.query(`create database ${DATABASE}`);
  } finally {
    await pool.end();
  }
  const url = new URL(superuserUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}
