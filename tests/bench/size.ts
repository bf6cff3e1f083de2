import { systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { loadOrganizationCatalog } from '@tokengrip/core/domain/prices/load-catalog';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { MAX_ROWS_PER_COMMIT, storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { generateSample } from '@tokengrip/core/sample/generate';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import type { BenchContext, Figure } from './report.ts';

const RECORDS = 200_000;
const DAYS = 10;
const DAY_MS = 24 * 3_600_000;
const FROM = new Date('2026-07-01T00:00:00Z');

/** How many bytes a record takes on disk, indexes included, with the provider's usage object and without it. */
export async function benchSize({ database, say }: BenchContext): Promise<Figure[]> {
  const { owner } = database;
  await sql`
    insert into organizations (id, name) values (5, 'Size');
    insert into projects (id, organization_id, name) values (5, 5, 'Size')`.execute(owner);
  const ctx = testContext(owner, systemClock);
  await loadPriceSnapshot(owner, ctx.log);
  const to = new Date(FROM.getTime() + DAYS * DAY_MS);
  await createPartitions(owner, { from: FROM, to });
  const catalog = await loadOrganizationCatalog(owner, 5);
  const prepared = [...generateSample({ seed: 5, from: FROM, to, calls: RECORDS })].map((record): PreparedRecord => {
    const keyOwner = { projectId: 5, keyId: 1, captureContent: false, retentionDays: 3_650 };
    const result = prepareRecord(record, { owner: keyOwner as never, catalog, now: to });
    if (isRefused(result)) throw new Error(`the generator made a record that is refused: ${result.message}`);
    return result;
  });
  const measure = async (records: readonly PreparedRecord[]): Promise<number> => {
    await sql`truncate usage_records, usage_15m, provider_responses, usage_touched`.execute(owner);
    for (let start = 0; start < records.length; start += MAX_ROWS_PER_COMMIT) {
      await storeUsage(ctx, records.slice(start, start + MAX_ROWS_PER_COMMIT));
    }
    return sizeOf('usage_partitions.%', records.length);
  };
  const sizeOf = async (pattern: string, count: number): Promise<number> => {
    const { rows } = await sql<{ bytes: bigint }>`
      select sum(pg_total_relation_size(c.oid))::bigint as bytes
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname || '.' || c.relname like ${pattern}`.execute(owner);
    return Number(rows[0]?.bytes ?? 0n) / count;
  };
  say(`storing ${prepared.length.toLocaleString('en')} records with their usage objects …`);
  const withUsage = await measure(prepared);
  say('and without …');
  const without = await measure(prepared.map((record) => ({ ...record, rawUsage: null })));
  const responses = await sizeOf('public.provider_responses', prepared.filter(({ responseId }) => responseId).length);
  const bytes = (size: number) => `${Math.round(size)} bytes`;
  return [
    { what: 'a record without its usage object, indexes included', value: bytes(without) },
    { what: 'with it', value: bytes(withUsage), ratio: `${(withUsage / without).toFixed(2)} of one without` },
    { what: 'a response remembered for seven days', value: bytes(responses) },
  ];
}
