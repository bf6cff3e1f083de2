import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import type { Tx } from '../../db/scope.ts';
import { inOneView } from '../rollups/in-one-view.ts';
import { recomputeBuckets } from '../rollups/recompute-buckets.ts';
import { ROLLUP_BUCKET_MS } from '../usage/fold-rollup.ts';

/** As long as a response is remembered, a later report of it is a duplicate. */
const RESPONSE_MEMORY_DAYS = 8;

interface Place {
  ts: Date;
  eventId: string;
}

/**
 * Where a call was reported more than once, and the report that counts is about to be deleted but another is not: lets
 * the other one count, a day ahead, while both are there. The rollups keep what is deleted; a report that was promoted
 * afterwards would be counted beside it.
 * @param firstKept the first day of which the records will be kept, as its midnight; those of the day before are there yet
 * @returns how many calls changed their report
 */
export async function handOverDuplicates(db: Db, projectId: number, firstKept: Date): Promise<number> {
  const { rows: staying } = await sql<{ winner: string }>`
    select distinct duplicate_of as winner from usage_records
    where project_id = ${projectId} and ts >= ${firstKept}
      and ts < ${new Date(firstKept.getTime() + RESPONSE_MEMORY_DAYS * DAY)} and duplicate_of is not null`.execute(db);
  if (staying.length === 0) return 0;
  const { rows: leaving } = await sql<{ ts: Date; event_id: string }>`
    select ts, event_id from usage_records
    where project_id = ${projectId} and ts >= ${new Date(firstKept.getTime() - DAY)} and ts < ${firstKept}
      and event_id = any(${staying.map(({ winner }) => winner)}::uuid[]) and duplicate_of is null
    order by ts, event_id`.execute(db);
  for (const { ts, event_id: eventId } of leaving) {
    await inOneView(db, (tx) => handOver(tx, projectId, { ts, eventId }, firstKept));
  }
  return leaving.length;
}

async function handOver(tx: Tx, projectId: number, leaving: Place, firstKept: Date): Promise<void> {
  const { rows: heirs } = await sql<{ ts: Date; event_id: string }>`
    select ts, event_id from usage_records
    where project_id = ${projectId} and ts >= ${firstKept}
      and ts < ${new Date(firstKept.getTime() + RESPONSE_MEMORY_DAYS * DAY)} and duplicate_of = ${leaving.eventId}
    order by ts, event_id limit 1`.execute(tx);
  const heir = heirs[0];
  if (!heir) return;
  const setDuplicate = (duplicateOf: string | null, place: Place) =>
    sql`
    update usage_records set duplicate_of = ${duplicateOf}
    where project_id = ${projectId} and ts = ${place.ts} and event_id = ${place.eventId}`.execute(tx);
  await sql`
    update usage_records set duplicate_of = ${heir.event_id}
    where project_id = ${projectId} and ts >= ${new Date(leaving.ts.getTime() - RESPONSE_MEMORY_DAYS * DAY)}
      and ts < ${new Date(leaving.ts.getTime() + 2 * RESPONSE_MEMORY_DAYS * DAY)} and duplicate_of = ${leaving.eventId}`.execute(
    tx,
  );
  await setDuplicate(null, { ts: heir.ts, eventId: heir.event_id });
  await setDuplicate(heir.event_id, leaving);
  await sql`
    update provider_responses set ts = ${heir.ts}, event_id = ${heir.event_id}
    where project_id = ${projectId} and ts = ${leaving.ts} and event_id = ${leaving.eventId}`.execute(tx);
  for (const { ts } of [leaving, heir]) await recomputeBuckets(tx, projectId, quarterOf(ts));
}

function quarterOf(time: Date) {
  const from = new Date(Math.floor(time.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS);
  return { from, to: new Date(from.getTime() + ROLLUP_BUCKET_MS) };
}
