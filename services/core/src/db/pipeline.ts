import {
  type DatabaseConnection,
  DummyDriver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  Transaction,
  type TransactionSettings,
} from 'kysely';
import type { Tx } from './scope.ts';
import type { Database } from './tables.ts';

/**
 * Runs `work` in the transaction at hand with statements that are sent as soon as they are made, one behind the other: Kysely
 * itself waits for the answer to each before it sends the next. PostgreSQL runs them in that order, and once one has failed, none
 * behind it.
 */
export function pipelined<T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  const executor = tx.getExecutor();
  return executor.provideConnection((connection) =>
    work(
      new Transaction<Database>({
        config: NOTHING,
        dialect: NOTHING.dialect,
        driver: new DummyDriver(),
        executor: executor.withConnectionProvider({ provideConnection: (consumer) => consumer(connection) }),
      }),
    ),
  );
}

/** A transaction has its connection: nothing of these is asked. */
const NOTHING = {
  dialect: new PostgresDialect({ pool: () => Promise.reject(new Error('a transaction has its connection')) }),
};

/**
 * Waits for statements of one connection that were sent without waiting for each other, until the last is answered: none
 * of them is under way when their transaction ends.
 * @returns what each has returned
 * @throws what the first of them says that failed. They are to be listed as they were sent: all behind it only say that the
 * transaction is aborted.
 */
export async function together<T extends readonly unknown[]>(
  statements: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const answers = await Promise.allSettled(statements);
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  return answers.map((answer) => (answer as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/** PostgreSQL, where the first statement of a transaction travels behind its BEGIN, not after the answer to it. */
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
    // It fails with its connection alone, and so does what is sent behind it.
    super.beginTransaction(connection, settings).catch(() => {});
  }
}
