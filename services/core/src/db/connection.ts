import { Kysely } from 'kysely';
import pg from 'pg';
import { PipeliningDialect } from './pipeline.ts';
import type { Database } from './tables.ts';

export type Db = Kysely<Database>;

/** OIDs of the types whose text is not left to pg's default. */
const INT8 = 20;
const NUMERIC = 1700;

/**
 * Whole numbers of 64 bits and sums come as bigint, never as a float: money is among them. Only sums of whole pico-USD
 * and counts are read as `numeric` in this project; anything with a fraction throws, which is better than a lost digit.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? (text: string) => BigInt(text)
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

export interface DatabaseOptions {
  url: string;
  /** Overrides the password of the URL, so that a secret need not be put into one. */
  password?: string | undefined;
  poolSize: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  statementTimeoutMs?: number;
  /**
   * Gives a connection up whose server says nothing any more, not even that the statement took too long: a machine that
   * vanished would hold it for hours. Longer than `statementTimeoutMs`.
   */
  queryTimeoutMs?: number;
}

const PREPARED = /^\/\* prepared: (\w+) \*\//;

/**
 * A statement that begins with a comment of the form "prepared: name" is parsed and planned once for each connection. For the ingest's
 * statements of a hundred columns that costs more than running them for a few rows.
 */
class PreparingClient extends pg.Client {
  #corked = false;

  // pg declares a dozen signatures; Kysely calls this one alone.
  override query: pg.Client['query'] = ((text: unknown, ...rest: unknown[]) => {
    this.#gather();
    const name = typeof text === 'string' ? PREPARED.exec(text)?.[1] : undefined;
    const send = super.query.bind(this) as (...args: unknown[]) => unknown;
    return name === undefined ? send(text, ...rest) : send({ name, text, values: rest[0] });
  }) as pg.Client['query'];

  /** Statements that are sent in one turn travel together: each write would be a call of the system and wake the server. */
  #gather(): void {
    if (this.#corked) return;
    const { stream } = this.connection;
    this.#corked = true;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}

export function createPool(options: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    ...parseUrl(options.url, options.password),
    Client: PreparingClient,
    types,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
    ...(options.statementTimeoutMs ? { statement_timeout: options.statementTimeoutMs } : {}),
    ...(options.queryTimeoutMs ? { query_timeout: options.queryTimeoutMs } : {}),
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // So is one that breaks while somebody has it, between two of their statements: the next statement tells them.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** A pool of connections as Kysely. `destroy()` ends them. */
export function connectDatabase(options: DatabaseOptions): Db {
  return new Kysely<Database>({ dialect: new PipeliningDialect({ pool: createPool(options) }) });
}

function parseUrl(url: string, password: string | undefined): pg.ClientConfig {
  if (password === undefined) return { connectionString: url };
  const withPassword = new URL(url);
  withPassword.password = encodeURIComponent(password);
  return { connectionString: withPassword.href };
}
