import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { purgeRecords } from '../retention/purge-records.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { writeRecords } from '../usage/write-records.ts';
import { loadKnownBudgets } from './count-spend.ts';
import { fillBudgets } from './fill-budgets.ts';
import { recomputeSpend } from './recompute-spend.ts';
import { createBudget } from './write-budget.ts';

const author = { organizationId: 1, userId: 1, now: new Date('2026-08-01T12:00:00Z') };
const record = (time: string, given = {}) =>
  testRecord({ ts: new Date(time), totalPicoUsd: 5n, endUser: 'u', ...given });

describe('fillBudgets', () => {
  let database: TestDatabase;
  let worker: Context;
  let ingest: Context;
  const clock = testClock();
  beforeAll(async () => {
    database = await createTestDatabase();
    worker = testContext(database.as('worker'), clock);
    ingest = testContext(database.as('ingest'), clock);
    await sql`insert into organizations (id, name, retention_days) values (1, 'One', 1);
      insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
      insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    clock.set('2026-08-01T12:00:00Z');
    await sql`truncate usage_records, usage_15m, budget_spend; delete from budgets`.execute(database.owner);
  });

  const make = () =>
    inScope(testContext(database.as('api'), clock), author, (tx) =>
      createBudget(tx, author, {
        name: 'b',
        conditions: { users: ['u'] },
        measure: 'usd',
        amount: '1',
        period: 'month',
        thresholds: [],
        notifyForecast: false,
        channelIds: [],
        action: 'block',
        unpriced: 'open',
        reservation: false,
      }),
    );
  const spent = async () => {
    const { rows } = await sql<{ sum: bigint | null }>`select sum(total_pico_usd) from budget_spend`.execute(
      database.owner,
    );
    return rows[0]?.sum;
  };

  it('waits for writers that have looked at the budgets before, and counts what they wrote once', async () => {
    const before = await loadKnownBudgets(ingest.db);
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let written = () => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const writer = ingest.db.transaction().execute(async (tx) => {
      await writeRecords(tx, [record('2026-08-01T11:00:00Z')], { budgets: before });
      written();
      await held;
    });
    await isWritten;
    await make();
    let isFilled = false;
    const filling = fillBudgets(worker).then(() => {
      isFilled = true;
    });
    try {
      // It looks again and again as long as the writer is there.
      await vi.waitFor(async () => {
        const { rows } = await sql`select from pg_stat_activity
          where datname = ${database.name} and usename <> current_user and query like '%pg_snapshot_xmin%'`.execute(
          database.owner,
        );
        expect(rows.length).toBeGreaterThan(0);
      });
      expect(isFilled).toBe(false);
    } finally {
      finish();
    }
    await Promise.all([writer, filling]);
    expect(await spent()).toBe(5n);
  });

  it('waits for a writer that has added to the hour that it counts', async () => {
    const id = await make();
    await storeUsage(ingest, [record('2026-08-01T11:00:00Z')]);
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let written = () => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const writer = ingest.db.transaction().execute(async (tx) => {
      await writeRecords(tx, [record('2026-08-01T11:01:00Z')]);
      written();
      await held;
    });
    await isWritten;
    const span = { start: new Date('2026-08-01T11:00:00Z'), end: new Date('2026-08-01T12:00:00Z') };
    const counting = worker.db
      .transaction()
      .execute((tx) => recomputeSpend(tx, { id, conditions: { users: ['u'] } }, 11, span));
    await vi.waitFor(async () => {
      const { rows } = await sql`
        select from pg_stat_activity where datname = ${database.name} and wait_event_type = 'Lock'`.execute(
        database.owner,
      );
      expect(rows).toHaveLength(1);
    });
    finish();
    await Promise.all([writer, counting]);
    expect(await spent()).toBe(10n);
  });

  it('leaves what was spent when the records are purged', async () => {
    await make();
    await fillBudgets(worker);
    await storeUsage(ingest, [record('2026-07-30T11:00:00Z'), record('2026-08-01T11:00:00Z')]);
    await purgeRecords(worker);
    await fillBudgets(worker);
    expect(await spent()).toBe(10n);
  });
});
