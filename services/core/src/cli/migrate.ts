import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import Type from 'typebox';
import { ConfigError, databaseConfig, type Environment, logConfig, readConfig, Secret } from '../config.ts';
import { createPool, type DatabaseOptions } from '../db/connection.ts';
import { prepareDatabase } from '../domain/installation/prepare-database.ts';
import { createLog, type Log } from '../log.ts';

export const MIGRATE_USAGE = `usage: tokengrip migrate

Brings the database to the newest state, gives the services' roles their passwords, loads the shipped prices into a
database that has none, and makes the partitions that usage is written to. Safe to run again.

  DATABASE_URL, DATABASE_PASSWORD      the owner of the database, who may create roles
  DB_INGEST_PASSWORD, DB_API_PASSWORD, DB_WORKER_PASSWORD
                                       with which the services will log in
  DATABASE_WAIT_SECONDS                how long to wait for the database, 60 by default

Each of them can come from a file that <NAME>_FILE names.
`;

export interface MigrateCommandIo {
  stdout: Writable;
  stderr: Writable;
  /** The arguments after `migrate`. */
  args: string[];
  env: Environment;
}

const MIGRATIONS_DIR = fileURLToPath(new URL('../../../../migrations', import.meta.url));

/** Long enough not to fill the log, short enough not to be waited for. */
const RETRY_MS = 500;
const REPORT_EVERY_MS = 5_000;

/**
 * @returns the exit code: 0 when the services may start, 2 for wrong arguments, 1 when the database cannot be used
 * @throws ConfigError listing everything that is wrong with the environment
 */
export async function migrateCommand({ stdout, stderr, args, env }: MigrateCommandIo): Promise<number> {
  const answer = readOptions(args);
  if (answer !== undefined) {
    (answer.exitCode === 0 ? stdout : stderr).write(answer.text);
    return answer.exitCode;
  }
  const config = readConfig(
    {
      ...databaseConfig,
      ...logConfig,
      DB_INGEST_PASSWORD: Secret(),
      DB_API_PASSWORD: Secret(),
      DB_WORKER_PASSWORD: Secret(),
      DATABASE_WAIT_SECONDS: Type.Integer({ minimum: 0, maximum: 3_600, default: 60 }),
    },
    env,
  );
  if (!URL.canParse(config.DATABASE_URL)) {
    throw new ConfigError(['DATABASE_URL must look like postgres://user@host:5432/database']);
  }
  const log = createLog({ service: 'migrate', level: config.LOG_LEVEL });
  const owner: DatabaseOptions = {
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: 1,
    applicationName: 'tokengrip-migrate',
  };
  const problem = await waitForDatabase(owner, config.DATABASE_WAIT_SECONDS * 1_000, log);
  if (problem !== undefined) {
    stderr.write(`${problem}\n`);
    return 1;
  }
  await prepareDatabase({
    ownerUrl: owner.url,
    ownerPassword: owner.password,
    migrationsDir: MIGRATIONS_DIR,
    passwords: {
      ingest: config.DB_INGEST_PASSWORD,
      api: config.DB_API_PASSWORD,
      worker: config.DB_WORKER_PASSWORD,
    },
    log,
  });
  log.info('the database is ready');
  return 0;
}

function readOptions(args: string[]): { exitCode: number; text: string } | undefined {
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean', default: false } } });
    return values.help ? { exitCode: 0, text: MIGRATE_USAGE } : undefined;
  } catch (error) {
    return { exitCode: 2, text: `${(error as Error).message}\n\n${MIGRATE_USAGE}` };
  }
}

/**
 * Waits until the database takes connections.
 * @returns what to tell the person who started this, when it does not or never will
 */
async function waitForDatabase(options: DatabaseOptions, timeoutMs: number, log: Log): Promise<string | undefined> {
  const started = performance.now();
  let reported = started;
  for (;;) {
    const error = await tryToConnect(options);
    if (error === undefined) return undefined;
    const hopeless = explainRefusal(error, options.url);
    if (hopeless !== undefined) return hopeless;
    const now = performance.now();
    if (now - started >= timeoutMs) {
      return `The database at ${addressOf(options.url)} could not be reached for ${timeoutMs / 1_000} seconds: ${error.message}`;
    }
    if (now - reported >= REPORT_EVERY_MS) {
      log.info({ reason: error.message }, 'waiting for the database');
      reported = now;
    }
    await delay(RETRY_MS);
  }
}

async function tryToConnect(options: DatabaseOptions): Promise<Error | undefined> {
  const pool = createPool(options);
  try {
    await pool.query('select 1');
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await pool.end();
  }
}

/** What no waiting helps against. */
function explainRefusal(error: Error, url: string): string | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined;
  if (error.code === '28P01') {
    const owner = new URL(url).username;
    return (
      'The database refuses the password of its owner. It keeps the one that it was first started with; a new one has ' +
      `to be set inside it as well:\n  docker compose exec postgres psql -U ${owner} -c "alter role ${owner} password '…'"`
    );
  }
  return error.code?.startsWith('28') || error.code === '3D000' ? error.message : undefined;
}

/** Without user and password. */
function addressOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + pathname;
}
