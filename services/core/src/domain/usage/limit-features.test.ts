import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import { testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { chooseSource, recomputeSpend } from '../budgets/recompute-spend.ts';
import { recomputeBuckets } from '../rollups/recompute-buckets.ts';
import { MAX_FEATURES_A_DAY, OTHER_FEATURES, readRollupFeatures } from './limit-features.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { storeUsage } from './store-usage.ts';

const DAY = { from: new Date('2026-08-01T00:00:00Z'), to: new Date('2026-08-02T00:00:00Z') };

const call = (feature: string | null, given: Partial<PreparedRecord> = {}) =>
  testRecord({ ts: new Date('2026-08-01T10:00:00Z'), totalPicoUsd: 5n, feature, ...given });
const many = (name: string, count: number) => Array.from({ length: count }, (_, i) => call(`${name}${i}`));

describe('features beyond what the rollups tell apart', () => {
  let database: TestDatabase;
  let worker: Context;
  let ingest: Context;
  beforeAll(async () => {
    database = await createTestDatabase();
    [worker, ingest] = [testContext(database.as('worker')), testContext(database.as('ingest'))];
    await sql`insert into organizations (id, name) values (1, 'One');
      insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
  });
  afterAll(() => database.drop());
  beforeEach(() =>
    sql`truncate usage_records, usage_15m, usage_features, usage_touched, budget_spend`.execute(database.owner),
  );

  const rollup = async () => {
    const { rows } = await sql<{ feature: string; calls: bigint }>`
      select feature, sum(calls)::bigint as calls from usage_15m group by 1`.execute(database.owner);
    return new Map(rows.map(({ feature, calls }) => [feature, Number(calls)]));
  };
  const recompute = () =>
    worker.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute((tx) => recomputeBuckets(tx, 11, DAY));

  it('are summed up as one, day by day, and lose nothing', async () => {
    await storeUsage(ingest, many('f', MAX_FEATURES_A_DAY));
    await storeUsage(ingest, [...many('more', 50), call('f3'), call('late'), call(null), call('late', { ts: DAY.to })]);
    const features = await rollup();
    expect(features.size).toBe(MAX_FEATURES_A_DAY + 3);
    expect(features.get(OTHER_FEATURES)).toBe(51);
    expect(features.get('f3')).toBe(2);
    expect(features.get('')).toBe(1);
    expect(features.get('late')).toBe(1);
  });

  it('are the same for writers that bring them at once, and when the rollup is made anew', async () => {
    await Promise.all([
      storeUsage(ingest, [...many('a', 600), ...many('both', 300)]),
      storeUsage(ingest, [...many('both', 300), ...many('b', 600)]),
      storeUsage(ingest, many('a', 600)),
    ]);
    const written = await rollup();
    expect(written.size).toBe(MAX_FEATURES_A_DAY + 1);
    expect([...written.values()].reduce((sum, calls) => sum + calls, 0)).toBe(2_400);
    expect(await recompute()).toBe(0);
    await sql`delete from usage_15m`.execute(database.owner);
    expect(await recompute()).toBe(1);
    expect(await rollup()).toEqual(written);
  });

  it('of a day that has all of them wait for nobody', async () => {
    await storeUsage(ingest, [...many('f', MAX_FEATURES_A_DAY), call('late')]);
    const day = sql`'2026-08-01'::date - '2000-01-01'::date`;
    await database.owner.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(11, ${day})`.execute(tx);
      await storeUsage(ingest, [call('later'), call('f1')]);
    });
    const features = await rollup();
    expect(features.get(OTHER_FEATURES)).toBe(2);
    expect(features.get('f1')).toBe(2);
  });

  it('are found again where sums follow a changed record', async () => {
    await storeUsage(ingest, many('f', MAX_FEATURES_A_DAY));
    await storeUsage(ingest, [call('late')]);
    const placed = [call('f0'), call('late'), call(null), call('f0', { ts: DAY.to })];
    const featureOf = await readRollupFeatures(worker.db, placed);
    expect(placed.map(featureOf)).toEqual(['f0', OTHER_FEATURES, null, 'f0']);
  });

  it('count for their own budget, from the records', async () => {
    await storeUsage(ingest, many('f', MAX_FEATURES_A_DAY));
    await storeUsage(ingest, [call('late')]);
    const conditions = { features: ['late'] };
    const span = { start: DAY.from, end: DAY.to };
    expect(await chooseSource(worker.db, conditions, 11, span)).toBe('records');
    await worker.db.transaction().execute((tx) => recomputeSpend(tx, { id: 1, conditions }, 11, span));
    const { rows } = await sql`select calls, total_pico_usd from budget_spend`.execute(database.owner);
    expect(rows).toEqual([{ calls: 1n, total_pico_usd: 5n }]);
  });
});
