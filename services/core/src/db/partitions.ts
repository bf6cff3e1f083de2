import { type Kysely, sql } from 'kysely';
import { DAY } from '../clock.ts';
import type { Db } from './connection.ts';
import type { Database } from './tables.ts';

/** Days are UTC days, as midnight instants. */
export const startOfUtcDay = (time: Date): Date => new Date(Math.floor(time.getTime() / DAY) * DAY);

const dayText = (day: Date) => day.toISOString().slice(0, 10);
const partitionName = (day: Date) => `usage_${dayText(day).replaceAll('-', '')}`;

/** The days for which a record can be stored, in order. */
export async function listPartitionDays(db: Db): Promise<Date[]> {
  const { rows } = await sql<{ day: string }>`select day::text as day from usage_partition_days()`.execute(db);
  return rows.map(({ day }) => new Date(`${day}T00:00:00Z`));
}

/**
 * Makes the partitions of the days from `from` to `to`, both included, that do not exist.
 *
 * Each is made beside the table and then attached: making it in place, or having a default partition, would wait for
 * every reader and stall all inserts behind it.
 * @returns the days made
 */
export async function createPartitions(db: Db, range: { from: Date; to: Date }): Promise<Date[]> {
  const existing = new Set((await listPartitionDays(db)).map(dayText));
  const missing: Date[] = [];
  for (let day = startOfUtcDay(range.from); day <= range.to; day = new Date(day.getTime() + DAY)) {
    if (!existing.has(dayText(day))) missing.push(day);
  }
  if (missing.length === 0) return [];
  await asPartitionOwner(db, async (connection) => {
    for (const day of missing) {
      const name = sql.id('usage_partitions', partitionName(day));
      // The loser of a race with another worker finds the table there and leaves it alone.
      await connection.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtext('usage_partitions'))`.execute(tx);
        const attached = await sql`select from usage_partition_days() where day = ${dayText(day)}::date`.execute(tx);
        if (attached.rows.length > 0) return;
        await sql`create table if not exists ${name}
          (like public.usage_records including defaults including constraints including indexes)`.execute(tx);
        await sql`alter table public.usage_records attach partition ${name}
          for values from (${sql.lit(dayText(day))}) to (${sql.lit(dayText(new Date(day.getTime() + DAY)))})`.execute(
          tx,
        );
      });
    }
  });
  return missing;
}

/**
 * Drops the partitions of all days before `before`, records and all: thirty times cheaper than deleting them.
 * They are detached concurrently first, which stalls nobody.
 * @returns the days dropped
 */
export async function dropPartitions(db: Db, before: Date): Promise<Date[]> {
  return asPartitionOwner(db, async (connection) => {
    // Detaching concurrently cannot be in a transaction, so the lock is the session's. Whoever finds it taken need not
    // wait: somebody else is doing the work.
    const lock = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${DROP_LOCK}) as taken`.execute(connection);
    if (lock.rows[0]?.taken !== true) return [];
    try {
      await finishInterruptedDetach(connection);
      const days = (await listPartitionDays(db)).filter((day) => day < startOfUtcDay(before));
      for (const day of days) {
        const name = sql.id('usage_partitions', partitionName(day));
        await sql`alter table public.usage_records detach partition ${name} concurrently`.execute(connection);
        await sql`drop table ${name}`.execute(connection);
      }
      return days;
    } finally {
      await sql`select pg_advisory_unlock(${DROP_LOCK})`.execute(connection);
    }
  });
}

/** Any number that nothing else in this database uses. */
const DROP_LOCK = 7_260_415;

/** A worker that died between detaching and dropping left tables that belong to nothing any more. */
async function finishInterruptedDetach(connection: Kysely<Database>): Promise<void> {
  const pending = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.usage_records'::regclass and i.inhdetachpending`.execute(connection);
  for (const { name } of pending.rows) {
    await sql`alter table public.usage_records detach partition ${sql.id('usage_partitions', name)} finalize`.execute(
      connection,
    );
  }
  const orphans = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'usage_partitions' and c.relkind = 'r'
      and not exists (select from pg_inherits i where i.inhrelid = c.oid)`.execute(connection);
  for (const { name } of orphans.rows) {
    await sql`drop table if exists ${sql.id('usage_partitions', name)}`.execute(connection);
  }
}

/** The worker's own role may not touch a partition; for this work alone it becomes the role that owns them. */
async function asPartitionOwner<T>(db: Db, work: (connection: Kysely<Database>) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`set role tokengrip_partitions`.execute(connection);
    try {
      return await work(connection);
    } finally {
      await sql`reset role`.execute(connection);
    }
  });
}
