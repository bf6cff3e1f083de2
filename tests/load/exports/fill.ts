import { DAY, systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { loadOrganizationCatalog } from '@tokengrip/core/domain/prices/load-catalog';
import { inOneView } from '@tokengrip/core/domain/rollups/in-one-view';
import { recomputeBuckets } from '@tokengrip/core/domain/rollups/recompute-buckets';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { MAX_ROWS_PER_COMMIT, storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { generateSample } from '@tokengrip/core/sample/generate';
import { silentLog } from '@tokengrip/core/testing/context';
import type { TestDatabase } from '@tokengrip/core/testing/postgres';
import { sql } from 'kysely';

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
  for (const day of days.slice(1)) await copyDay(owner, projectId, first, day);
  for (const day of days.slice(1)) {
    const period = { from: day, to: new Date(day.getTime() + DAY) };
    await inOneView(owner, (tx) => recomputeBuckets(tx, projectId, period));
  }
}

/** The first 48 bits of an event id are its time in milliseconds. */
const MOVED = {
  ts: sql`ts + shift.by`,
  received_at: sql`received_at + shift.by`,
  event_id: sql`(lpad(to_hex((extract(epoch from ts + shift.by) * 1000)::bigint), 12, '0')
    || right(replace(event_id::text, '-', ''), 20))::uuid`,
} as const;

async function copyDay(owner: TestDatabase['owner'], projectId: number, from: Date, to: Date): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = 'usage_records'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum`.execute(owner);
  const names = sql.join(rows.map(({ name }) => sql.id(name)));
  const values = sql.join(rows.map(({ name }) => MOVED[name as keyof typeof MOVED] ?? sql.id(name)));
  await sql`
    insert into usage_records (${names})
    select ${values} from usage_records, (select ${to}::timestamptz - ${from}::timestamptz as by) as shift
    where project_id = ${projectId} and ts >= ${from} and ts < ${new Date(from.getTime() + DAY)}
      and duplicate_of is null
    order by ts, event_id`.execute(owner);
}
