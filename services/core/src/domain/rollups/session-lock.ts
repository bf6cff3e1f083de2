import { type Kysely, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { Database } from '../../db/tables.ts';

/** What can be locked, each a number that nothing else uses as the first of two keys in this database. */
const LOCKS = { deriveProject: 7_260_416, buildCalendar: 7_260_417, runDeletion: 7_260_419 } as const;

interface Lock {
  of: keyof typeof LOCKS;
  id: number;
  /** Without it: nothing is done when another holds the lock. */
  wait: boolean;
}

/**
 * Runs `work` on a connection that alone holds a lock. It is the session's and not a transaction's, because a transaction
 * that waited for it would go on with the view of the database that it began with. A worker that dies lets it go.
 * @returns what `work` returns; `undefined` when another holds the lock
 */
export async function withSessionLock<T>(
  db: Db,
  { of, id, wait }: Lock,
  work: (connection: Kysely<Database>) => Promise<T>,
): Promise<T | undefined> {
  return db.connection().execute(async (connection) => {
    if (wait) {
      await sql`select pg_advisory_lock(${LOCKS[of]}::integer, ${id}::integer)`.execute(connection);
    } else {
      const { rows } = await sql<{ taken: boolean }>`
        select pg_try_advisory_lock(${LOCKS[of]}::integer, ${id}::integer) as taken`.execute(connection);
      if (rows[0]?.taken !== true) return undefined;
    }
    try {
      return await work(connection);
    } finally {
      await sql`select pg_advisory_unlock(${LOCKS[of]}::integer, ${id}::integer)`.execute(connection);
    }
  });
}
