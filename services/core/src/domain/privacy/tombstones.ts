import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { int4Array, uuidArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import type { Tx } from '../../db/scope.ts';
import { waitForWriters } from '../projects/closed-projects.ts';

/** Small enough that its locks are held for a fraction of a second. */
const ROWS_PER_BATCH = 5_000;

interface Delivered {
  projectId: number;
  eventId: string;
}

/** One at a time: a salt must not go while hashes are made with it. */
const lockTombstones = (tx: Tx, projectId: number) =>
  sql`select pg_advisory_xact_lock(hashtext('tombstones'), ${projectId}::integer)`.execute(tx);

const projectOf = int4Array((record: Delivered) => record.projectId);
const eventOf = uuidArray((record: Delivered) => record.eventId);

/**
 * Notes events that are about to be deleted, and waits until every writer knows: a delivery that comes again then counts as
 * a duplicate, as it did while the record was there. The records must not be gone before this returns.
 * @param day of the events; the notes are dropped when the organization keeps nothing of it any more
 */
export async function buryEvents(db: Db, projectId: number, day: Date, eventIds: readonly string[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockTombstones(tx, projectId);
    await sql`
      insert into usage_tombstone_salts (project_id, salt) values (${projectId}, ${randomBytes(32)})
      on conflict do nothing`.execute(tx);
    await sql`
      insert into usage_tombstones (project_id, hash, day)
      select project_id, usage_tombstone_hash(salt, event_id) as hash, ${day}::timestamptz at time zone 'UTC'
      from usage_tombstone_salts, unnest(${eventIds}::uuid[]) as event_id
      where project_id = ${projectId} order by hash
      on conflict do nothing`.execute(tx);
  });
  await waitForWriters(db, projectId);
}

/**
 * Which of these were deleted before. To be asked in the transaction that writes, of projects that are guarded alone. Each
 * hash is made once: a plan that makes it for every pair takes seconds.
 */
export async function findBuried<T extends Delivered>(tx: Db, records: readonly T[]): Promise<Set<T>> {
  const { rows } = await sql<{ project_id: number; event_id: string }>`/* prepared: find_tombstones */
    with wanted as materialized (
      select r.project_id, r.event_id, usage_tombstone_hash(s.salt, r.event_id) as hash
      from unnest(${projectOf(records)}::integer[], ${eventOf(records)}::uuid[]) as r (project_id, event_id)
      join usage_tombstone_salts s on s.project_id = r.project_id
    )
    select project_id, event_id from wanted
    where exists (select from usage_tombstones t where t.project_id = wanted.project_id and t.hash = wanted.hash)`.execute(
    tx,
  );
  const buried = new Set(rows.map((row) => `${row.project_id} ${row.event_id}`));
  return new Set(records.filter(({ projectId, eventId }) => buried.has(`${projectId} ${eventId}`)));
}

/** Drops the notes of days that are refused for their age anyway; with the last of them the project is no longer guarded. */
export async function forgetTombstones(db: Db, projectId: number, oldest: Date): Promise<void> {
  const before = sql`project_id = ${projectId} and day < ${oldest}::timestamptz at time zone 'UTC'`;
  for (let deleted = ROWS_PER_BATCH; deleted >= ROWS_PER_BATCH; ) {
    const { numAffectedRows } = await sql`
      delete from usage_tombstones where project_id = ${projectId} and hash in (
        select hash from usage_tombstones where ${before} order by hash limit ${ROWS_PER_BATCH})`.execute(db);
    deleted = Number(numAffectedRows ?? 0n);
  }
  await db.transaction().execute(async (tx) => {
    await lockTombstones(tx, projectId);
    await sql`
      delete from usage_tombstone_salts as s
      where project_id = ${projectId} and not exists (select from usage_tombstones t where t.project_id = s.project_id)`.execute(
      tx,
    );
  });
}
