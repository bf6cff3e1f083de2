import type { Db } from '../../db/connection.ts';
import type { Tx } from '../../db/scope.ts';
import { isConflict } from '../../db/violations.ts';

/** A writer holds a row for milliseconds; whoever loses that often is not in a race. */
const MAX_ATTEMPTS = 10;

/**
 * Runs a transaction that sees the database as of one moment, and again from the start when another one has changed the
 * same rows meanwhile.
 */
export async function inOneView<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().setIsolationLevel('repeatable read').execute(work);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isConflict(error)) throw error;
    }
  }
}
