import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../clock.ts';
import { createPartitions } from '../../db/partitions.ts';
import { inScope } from '../../db/scope.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { fillBudgets } from '../budgets/fill-budgets.ts';
import { createBudget, updateBudget } from '../budgets/write-budget.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { watchForecasts } from './watch-forecasts.ts';

const NOW = Date.parse('2026-08-15T12:00:00Z');
const USD = 10n ** 12n;
const ORGANIZATION = { id: 1, timeZone: 'UTC', projectIds: [11] };

describe('watching what budgets are going to spend', () => {
  let database: TestDatabase;
  const clock = testClock();
  const author = () => ({ organizationId: 1, userId: 1, now: clock.now() });
  const context = (): AlertContext => ({
    ...testContext(database.as('worker'), clock),
    jobs: { send: async () => {} },
  });

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name, time_zone, retention_days) values (1, 'One', 'UTC', 400);
      insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
      insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
    await createPartitions(database.as('worker'), { from: new Date(NOW - 46 * DAY), to: new Date(NOW + 40 * DAY) });
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    clock.set(new Date(NOW).toISOString());
    await sql`truncate usage_records, usage_15m, budget_spend; delete from budgets; delete from alerts`.execute(
      database.owner,
    );
  });

  /** 10 USD a day, at each third hour. */
  const spendDays = (days: number) =>
    storeUsage(
      testContext(database.as('ingest'), clock),
      Array.from({ length: days * 8 }, (_, i) =>
        testRecord({ ts: new Date(NOW - i * 3 * HOUR - HOUR / 2), feature: 'chat', totalPicoUsd: (10n * USD) / 8n }),
      ),
    );
  const budget = (amount: string, notifyForecast = true) => ({
    name: 'All',
    conditions: {},
    measure: 'usd' as const,
    amount,
    period: 'month' as const,
    thresholds: [100],
    notifyForecast,
    channelIds: [],
    action: 'notify' as const,
    unpriced: 'open' as const,
    reservation: false,
  });
  async function make(amount: string, notifyForecast = true): Promise<number> {
    const id = await inScope(testContext(database.as('api'), clock), author(), (tx) =>
      createBudget(tx, author(), budget(amount, notifyForecast)),
    );
    await fillBudgets(context());
    return id;
  }
  const watch = () => watchForecasts(context(), ORGANIZATION);
  const told = async () => {
    const { rows } = await sql<{ title: string; state: string; text: string[] }>`
      select title, state, text from alerts order by id`.execute(database.owner);
    return rows;
  };

  it('tells once that even the low end of the range is above the amount, with the range', async () => {
    await spendDays(45);
    await make('250');
    await Promise.all([watch(), watch()]);
    await watch();
    const [alert, ...more] = await told();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ title: 'Budget “All” is going to be exceeded', state: 'open' });
    expect(alert?.text[0]).toMatch(/^At the usual rhythm it will be at about \$3[01]\d\.\d\d of \$250\.00/);
  });

  it('says nothing of what may be, of what is enough, and where nobody asked', async () => {
    await spendDays(45);
    for (const amount of ['309', '400']) await make(amount);
    await make('250', false);
    await watch();
    expect(await told()).toEqual([]);
  });

  it('says nothing while the history is a few days', async () => {
    await spendDays(10);
    await make('120');
    await watch();
    expect(await told()).toEqual([]);
  });

  it('resolves it when the amount is raised', async () => {
    await spendDays(45);
    const id = await make('250');
    await watch();
    await inScope(testContext(database.as('api'), clock), author(), (tx) =>
      updateBudget(tx, author(), id, budget('500')),
    );
    await watch();
    expect((await told()).map(({ state }) => state)).toEqual(['resolved']);
  });

  it('leaves it to the threshold once the amount is spent, and expects nothing more of what has long ended', async () => {
    await spendDays(45);
    await make('140');
    await watch();
    expect(await told()).toEqual([]);
    clock.set(new Date(NOW + 17 * DAY).toISOString());
    await watch();
    expect(await told()).toEqual([]);
  });
});
