import {
  type DatabaseConnection,
  DummyDriver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  Transaction,
  type TransactionSettings,
} from 'kysely';
import type { Db } from './connection.ts';
import type { Tx } from './scope.ts';
import type { Database } from './tables.ts';

/** By this a transaction tells the driver that it is pipelined; what it says is so anyway. */
const PIPELINED = 'read write';

/** The answers to the BEGINs that were not waited for. */
const begun = new WeakMap<DatabaseConnection, Promise<void>>();

/**
 * Runs `work` in a transaction whose statements are sent as soon as they are made, one behind the other, the first right behind
 * BEGIN: Kysely itself waits for the answer to each before it sends the next. PostgreSQL runs them in that order, and once one
 * has failed, none behind it. The first statement fails when BEGIN does; it must be answered before anything is written.
 */
export function pipelined<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setAccessMode(PIPELINED)
    .execute((tx) => {
      const executor = tx.getExecutor();
      return executor.provideConnection((connection) => {
        let opening = begun.get(connection);
        const provideConnection = <R>(consumer: (connection: DatabaseConnection) => Promise<R>): Promise<R> => {
          const answer = consumer(connection);
          if (!opening) return answer;
          const both = together([opening, answer]).then(([, result]) => result);
          opening = undefined;
          return both;
        };
        return work(
          new Transaction<Database>({
            config: NOTHING,
            dialect: NOTHING.dialect,
            driver: new DummyDriver(),
            executor: executor.withConnectionProvider({ provideConnection }),
          }),
        );
      });
    });
}

/** A transaction has its connection: nothing of these is asked. */
const NOTHING = {
  dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('a transaction has its connection')) }),
};

/**
 * Waits for statements of one connection that were sent without waiting for each other, until the last is answered: none
 * of them is under way when their transaction ends.
 * @returns what each has returned
 * @throws what the first of them says that failed, not what those say that were refused because of it
 */
export async function together<T extends readonly unknown[]>(
  statements: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const answers = await Promise.allSettled(statements);
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  if (reasons.length > 0) throw reasons.find((reason) => !isAborted(reason)) ?? reasons[0];
  return answers.map((answer) => (answer as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/** in_failed_sql_transaction: something before it has failed. */
const isAborted = (reason: unknown): boolean => reason instanceof Error && 'code' in reason && reason.code === '25P02';

/** PostgreSQL, for which a pipelined transaction does not wait until it has begun. */
export class PipeliningDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new PipeliningDriver(this.#config);
  }
}

class PipeliningDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const answer = super.beginTransaction(connection, settings);
    if (settings.accessMode !== PIPELINED) return answer;
    answer.catch(() => {}); // the first statement says it
    begun.set(connection, answer);
  }
}
