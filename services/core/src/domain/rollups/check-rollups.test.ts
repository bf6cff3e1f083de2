import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { checkRollups } from './check-rollups.ts';
import { deriveRollups } from './derive-rollups.ts';

describe('checkRollups', () => {
  let database: TestDatabase;
  let worker: Context;

  beforeAll(async () => {
    database = await createTestDatabase();
    worker = testContext(database.as('worker'), testClock('2026-08-01T12:00:00Z'));
    await sql`
      insert into organizations (id, name, retention_days) values (1, 'One', 1);
      insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
    await storeUsage(
      testContext(database.as('ingest')),
      ['2026-07-30T09:00:00Z', '2026-07-31T09:00:00Z', '2026-08-01T09:00:00Z', '2026-08-01T09:01:00Z'].map((time, i) =>
        testRecord({
          ts: new Date(time),
          model: i === 3 ? 'other' : 'm',
          latencyMs: 100,
          endUser: 'u',
          tokens: { input: 3 },
          costs: { input: 7n },
          totalPicoUsd: 7n,
        }),
      ),
    );
    await deriveRollups(worker);
  });
  afterAll(() => database.drop());

  const everything = async () => {
    const { rows } = await sql`
      select to_jsonb(t) - 'calendar_version' as row from (
        select 1 as n, to_jsonb(f) as r from usage_15m f union all select 2, to_jsonb(d) from usage_daily d
        union all select 3, to_jsonb(v) from usage_daily_values v) as t order by n, r`.execute(database.owner);
    return rows;
  };

  it.each([
    [
      'a sum of the fine rollup',
      sql`update usage_15m set total_pico_usd = 8 where bucket = '2026-08-01T09:00:00Z'`,
      'usage_15m',
    ],
    ['a missing cell', sql`delete from usage_15m where model = 'other'`, 'usage_15m'],
    [
      'a cell without records',
      sql`
      insert into usage_15m (project_id, bucket, key_id, provider, model, feature, environment, service_tier, status,
        calls, unpriced_calls, unreadable_calls, approximate_calls, total_pico_usd)
      values (11, '2026-08-01T10:00:00Z', 0, 'p', 'm', '', '', '', 'ok', 1, 0, 0, 0, 0)`,
      'usage_15m',
    ],
    [
      'a histogram',
      sql`update usage_15m set latency_histogram = null where bucket = '2026-08-01T09:00:00Z'`,
      'usage_15m',
    ],
    ['a daily sum', sql`update usage_daily set input_tokens = 4 where day = '2026-08-01T00:00:00Z'`, 'usage_daily'],
    ['a missing day', sql`delete from usage_daily where day = '2026-07-30T00:00:00Z'`, 'usage_daily'],
    [
      'a sum by value',
      sql`update usage_daily_values set calls = 9 where day = '2026-08-01T00:00:00Z'`,
      'usage_daily_values',
    ],
  ])('finds and repairs %s', async (_what, damage, table) => {
    const before = await everything();
    expect(await checkRollups(worker, { repair: true })).toEqual([]);
    await damage.execute(database.owner);
    const found = await checkRollups(worker, { repair: false });
    expect(found.map((difference) => difference.table)).toContain(table);
    expect(await everything()).not.toEqual(before);
    await checkRollups(worker, { repair: true });
    expect(await everything()).toEqual(before);
    expect(await checkRollups(worker, { repair: false })).toEqual([]);
  });

  it('takes no sum and a sum of zero for the same', async () => {
    await sql`update usage_15m set output_tokens = 0 where bucket >= '2026-08-01'`.execute(database.owner);
    expect(await checkRollups(worker, { repair: false })).toEqual([]);
    await sql`update usage_15m set output_tokens = null`.execute(database.owner);
  });

  it('leaves rollups alone whose records are no longer kept', async () => {
    await sql`delete from usage_records where ts < '2026-07-31'`.execute(database.owner);
    const before = await everything();
    expect(await checkRollups(worker, { repair: true })).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  it('loses nothing that is written while it repairs', async () => {
    await sql`update usage_15m set calls = 0`.execute(database.owner);
    const ingest = testContext(database.as('ingest'));
    const writing = Array.from({ length: 20 }, (_, i) =>
      storeUsage(ingest, [testRecord({ ts: new Date(Date.parse('2026-08-01T09:02:00Z') + i), totalPicoUsd: 1n })]),
    );
    await Promise.all([checkRollups(worker, { repair: true }), ...writing]);
    await checkRollups(worker, { repair: true });
    const { rows } = await sql`
      select sum(calls)::integer as calls, sum(total_pico_usd)::integer as cost from usage_15m where bucket >= '2026-08-01'`.execute(
      database.owner,
    );
    expect(rows).toEqual([{ calls: 22, cost: 34 }]);
  });
});
