import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { checkRollups } from '../rollups/check-rollups.ts';
import { deriveRollups } from '../rollups/derive-rollups.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { purgeRecords } from './purge-records.ts';

describe('purgeRecords', () => {
  const opened: TestDatabase[] = [];
  let database: TestDatabase;
  let worker: Context;
  const clock = testClock();

  beforeEach(async () => {
    database = await createTestDatabase();
    opened.push(database);
    clock.set('2026-08-01T00:20:00Z');
    worker = testContext(database.as('worker'), clock);
    await sql`
      insert into organizations (id, name, retention_days) values (1, 'Short', 1), (2, 'Long', 90);
      insert into projects (id, organization_id, name) values (11, 1, 'A'), (22, 2, 'B')`.execute(database.owner);
  });
  afterAll(() => Promise.all(opened.map((each) => each.drop())));

  const store = (records: Parameters<typeof testRecord>[0][]) =>
    storeUsage(testContext(database.as('ingest')), records.map(testRecord));
  const one = async (query: string) =>
    Object.values((await sql.raw<Record<string, unknown>>(query).execute(database.owner)).rows[0] ?? {})[0];

  it('deletes what the organization no longer keeps, however much, and nobody else’s', async () => {
    const old = Array.from({ length: 5_001 }, (_, i) => ({ ts: new Date(Date.parse('2026-07-30T10:00:00Z') + i) }));
    await store(old);
    await store([
      { ts: new Date('2026-07-31T00:00:00Z') },
      { ts: new Date('2026-07-30T10:00:00Z'), projectId: 22, promptText: 'kept' },
    ]);
    expect(await purgeRecords(worker)).toEqual({ records: 5_001 });
    expect(await one('select count(*) from usage_calls where project_id = 11')).toBe(1n);
    expect(await one('select prompt_text from usage_calls where project_id = 22')).toBe('kept');
    expect(await purgeRecords(worker)).toEqual({ records: 0 });
  });

  it('keeps the sums, and forgets users and tags with the records', async () => {
    await store([{ ts: new Date('2026-07-30T10:00:00Z'), endUser: 'u', tags: { a: 'b' }, totalPicoUsd: 3n }]);
    await deriveRollups(worker);
    await purgeRecords(worker);
    await deriveRollups(worker);
    expect(await one('select count(*) from usage_daily_values')).toBe(0n);
    expect(await one('select sum(total_pico_usd) from usage_15m')).toBe(3n);
    expect(await one('select sum(total_pico_usd) from usage_daily')).toBe(3n);
  });

  it('forgets the users of days that went as a whole partition', async () => {
    await store([{ ts: new Date('2026-07-30T10:00:00Z'), projectId: 11, endUser: 'u' }]);
    await deriveRollups(worker);
    await sql`delete from usage_records`.execute(database.owner);
    await purgeRecords(worker);
    await deriveRollups(worker);
    expect(await one('select count(*) from usage_daily_values')).toBe(0n);
    expect(await one('select sum(calls) from usage_daily')).toBe(1n);
  });

  it('lets the report that stays count, before the one that counted goes, and counts the call once', async () => {
    const report = { model: 'm', responseId: 'r', totalPicoUsd: 5n, latencyMs: 10 };
    await store([{ ...report, ts: new Date('2026-07-31T23:59:59Z') }]);
    await store([{ ...report, ts: new Date('2026-08-01T00:00:01Z'), source: 'litellm', model: 'n' }]);
    await store([{ ...report, ts: new Date('2026-08-01T00:00:02Z'), source: 'otel', model: 'n' }]);
    expect(await one('select count(*) from usage_calls where duplicate_of is null')).toBe(1n);
    await purgeRecords(worker);
    const { rows } = await sql`
      select ts, (select w.ts from usage_calls w where w.event_id = r.duplicate_of) as winner
      from usage_calls r order by ts`.execute(database.owner);
    const heir = new Date('2026-08-01T00:00:01Z');
    expect(rows).toEqual([
      { ts: new Date('2026-07-31T23:59:59Z'), winner: heir },
      { ts: heir, winner: null },
      { ts: new Date('2026-08-01T00:00:02Z'), winner: heir },
    ]);
    expect(await one(`select string_agg(model || calls || total_pico_usd, ' ') from usage_15m`)).toBe('n15');
    await deriveRollups(worker);
    expect(await one(`select string_agg(model || calls || total_pico_usd, ' ') from usage_daily`)).toBe('n15');
    clock.set('2026-08-02T00:20:00Z');
    expect(await purgeRecords(worker)).toEqual({ records: 1 });
    await deriveRollups(worker);
    expect(await checkRollups(worker, { repair: false })).toEqual([]);
    expect(await one('select sum(total_pico_usd) from usage_15m')).toBe(5n);
  });

  it('forgets responses after a week, and what was derived of projects that are no more', async () => {
    await store([{ ts: new Date('2026-08-01T00:00:01Z'), responseId: 'r' }]);
    await sql`
      insert into provider_responses (project_id, provider, response_hash, ts, event_id, source, seen_at)
        values (11, 'p', gen_random_uuid(), now(), gen_random_uuid(), 's', '2026-07-20');
      update provider_responses set seen_at = '2026-07-31' where provider <> 'p';
      insert into usage_touched (project_id, bucket) values (99, '2026-08-01')`.execute(database.owner);
    await purgeRecords(worker);
    expect(await one('select count(*) from provider_responses')).toBe(1n);
    expect(await one('select count(*) from usage_touched where project_id = 99')).toBe(0n);
  });
});
