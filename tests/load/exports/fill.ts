import { DAY, systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { loadOrganizationCatalog } from '@tokengrip/core/domain/prices/load-catalog';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { MAX_ROWS_PER_COMMIT, storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { generateSample } from '@tokengrip/core/sample/generate';
import { silentLog } from '@tokengrip/core/testing/context';
import type { TestDatabase } from '@tokengrip/core/testing/postgres';
import { type RawBuilder, sql } from 'kysely';

interface Owner {
  organizationId: number;
  projectId: number;
  keyId: number;
}

/**
 * Fills whole days with so many records each: one with generated traffic through the product's own writer, the others by
 * copying that one inside the database under other dates and event ids, since there are to be millions of them.
 * @param days midnights of UTC, the first of which is the one that is generated
 */
export async function fillDays(
  { owner }: TestDatabase,
  { organizationId, projectId, keyId }: Owner,
  days: readonly Date[],
  recordsEach: number,
): Promise<void> {
  const [first] = days;
  if (!first) throw new Error('there are no days to fill');
  for (const day of days) await createPartitions(owner, { from: day, to: day });
  const ctx = { db: owner, log: silentLog, clock: systemClock };
  const catalog = await loadOrganizationCatalog(owner, organizationId);
  const about = {
    owner: { projectId, keyId, captureContent: false, retentionDays: 365 },
    catalog,
    now: new Date(),
  };
  let batch: PreparedRecord[] = [];
  const sample = generateSample({
    seed: 1,
    from: first,
    to: new Date(first.getTime() + DAY),
    calls: recordsEach,
  });
  for (const record of sample) {
    const prepared = prepareRecord(record, about);
    if (isRefused(prepared)) throw new Error(`a record is refused: ${prepared.field} ${prepared.message}`);
    batch.push(prepared);
    if (batch.length < MAX_ROWS_PER_COMMIT) continue;
    await storeUsage(ctx, batch);
    batch = [];
  }
  await storeUsage(ctx, batch);
  for (const day of days.slice(1)) {
    await copyRows(owner, 'usage_records', { projectId, from: first, to: day }, MOVED_RECORD);
    await copyRows(owner, 'usage_15m', { projectId, from: first, to: day }, MOVED_SUM);
    await sql`
      insert into usage_touched (project_id, bucket) select distinct project_id, bucket from usage_15m
      where project_id = ${projectId} and bucket >= ${day} and bucket < ${new Date(day.getTime() + DAY)}`.execute(
      owner,
    );
  }
}

/** The first 48 bits of an event id are its time in milliseconds. */
const MOVED_RECORD = {
  ts: sql`ts + shift.by`,
  received_at: sql`received_at + shift.by`,
  event_id: sql`(lpad(to_hex((extract(epoch from ts + shift.by) * 1000)::bigint), 12, '0')
    || right(replace(event_id::text, '-', ''), 20))::uuid`,
};
const MOVED_SUM = { bucket: sql`bucket + shift.by` };

/** What belongs to a day once more, under another date: all columns as they are but those of the time. */
async function copyRows(
  owner: TestDatabase['owner'],
  table: 'usage_records' | 'usage_15m',
  { projectId, from, to }: { projectId: number; from: Date; to: Date },
  moved: Readonly<Record<string, RawBuilder<unknown>>>,
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`.execute(owner);
  const names = sql.join(rows.map(({ name }) => sql.id(name)));
  const values = sql.join(rows.map(({ name }) => moved[name] ?? sql.id(name)));
  const isRecord = table === 'usage_records';
  const time = sql.id(isRecord ? 'ts' : 'bucket');
  await sql`
    insert into ${sql.id(table)} (${names})
    select ${values} from ${sql.id(table)}, (select ${to}::timestamptz - ${from}::timestamptz as by) as shift
    where project_id = ${projectId} and ${time} >= ${from} and ${time} < ${new Date(from.getTime() + DAY)}
      ${isRecord ? sql`and duplicate_of is null` : sql``}
    order by ${time}`.execute(owner);
}
