import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NewBudget } from '../../contract/budgets.ts';
import { createPartitions } from '../../db/partitions.ts';
import { inScope } from '../../db/scope.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { fillBudgets } from '../budgets/fill-budgets.ts';
import { createBudget, updateBudget } from '../budgets/write-budget.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { evaluateBudgets } from './evaluate-budgets.ts';

const USD = 10n ** 12n;

describe('evaluating budgets', () => {
  let database: TestDatabase;
  const clock = testClock();
  const author = () => ({ organizationId: 1, userId: 1, now: clock.now() });
  const context = (): AlertContext => ({
    ...testContext(database.as('worker'), clock),
    jobs: { send: async () => {} },
  });

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name, time_zone, retention_days) values (1, 'One', 'Europe/Berlin', 400);
      insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
      insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await sql`truncate usage_records, usage_15m, budget_spend, alert_episodes; delete from budgets; delete from alerts;
      update organizations set time_zone = 'Europe/Berlin'`.execute(database.owner);
  });

  const budget = (given: Partial<NewBudget> = {}): NewBudget => ({
    name: 'All',
    conditions: {},
    measure: 'usd',
    amount: '10',
    period: 'month',
    thresholds: [50, 80, 100],
    notifyForecast: false,
    channelIds: [],
    action: 'notify',
    unpriced: 'open',
    reservation: false,
    ...given,
  });
  async function make(given: Partial<NewBudget> = {}): Promise<number> {
    const id = await inScope(testContext(database.as('api'), clock), author(), (tx) =>
      createBudget(tx, author(), budget(given)),
    );
    await fillBudgets(context());
    return id;
  }
  async function spend(time: string, usd: number, given = {}): Promise<void> {
    const ts = new Date(time);
    await createPartitions(database.as('worker'), { from: ts, to: new Date(ts.getTime() + 1) });
    await storeUsage(testContext(database.as('ingest'), clock), [
      testRecord({ ts, totalPicoUsd: BigInt(Math.round(usd * 100)) * (USD / 100n), feature: 'f', ...given }),
    ]);
  }
  async function evaluate(workers = 1): Promise<number> {
    const runs = await Promise.all(Array.from({ length: workers }, () => evaluateBudgets(context(), 1)));
    return runs.reduce((sum, { raised }) => sum + raised, 0);
  }
  const told = async () => {
    const { rows } = await sql<{ title: string; state: string }>`
      select title, state from alerts order by id`.execute(database.owner);
    return rows.map(({ title, state }) => `${/reached (\d+)/.exec(title)?.[1] ?? title} ${state}`);
  };

  it('tells each threshold once though several workers evaluate at once, and again in the next period', async () => {
    clock.set('2026-08-10T12:00:00Z');
    await make();
    await spend('2026-08-10T10:00:00Z', 8.5);
    expect(await evaluate(6)).toBe(2);
    expect(await evaluate(6)).toBe(0);
    await spend('2026-08-10T11:00:00Z', 2);
    expect(await evaluate(4)).toBe(1);
    expect(await told()).toEqual(['50 open', '80 open', '100 open']);

    clock.set('2026-09-03T12:00:00Z');
    expect(await evaluate(3)).toBe(0);
    expect(await told()).toEqual(['50 resolved', '80 resolved', '100 resolved']);
    await spend('2026-09-03T10:00:00Z', 6);
    expect(await evaluate(6)).toBe(1);
    expect(await told()).toEqual(['50 resolved', '80 resolved', '100 resolved', '50 open']);
  });

  it('tells of what was crossed in the last minute of a period, and not of what is long over', async () => {
    clock.set('2026-08-31T12:00:00Z');
    await make({ thresholds: [100] });
    // Midnight in Berlin is 22:00.
    await spend('2026-08-31T21:59:00Z', 11);
    clock.set('2026-08-31T22:01:00Z');
    expect(await evaluate(2)).toBe(1);
    await spend('2026-09-01T05:00:00Z', 11);
    clock.set('2026-09-01T05:01:00Z');
    expect(await evaluate(2)).toBe(1);
    await spend('2026-07-20T05:00:00Z', 50);
    expect(await evaluate(2)).toBe(0);
  });

  it.each([
    ['of 23 hours', '2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['of 25 hours', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ])('takes a day %s as the zone has it', async (_, __, start, end) => {
    const at = (time: string, minutes: number) => new Date(Date.parse(time) + minutes * 60_000).toISOString();
    clock.set(at(start, 1));
    await make({ period: 'day', thresholds: [100] });
    await spend(at(start, -5), 9);
    await spend(at(start, 1), 9);
    expect(await evaluate()).toBe(0);
    clock.set(at(end, -10));
    await spend(at(end, -12), 2);
    expect(await evaluate(2)).toBe(1);
    clock.set(at(end, 10));
    await spend(at(end, 5), 9);
    expect(await evaluate(2)).toBe(0);
    await spend(at(end, 6), 2);
    expect(await evaluate(2)).toBe(1);
  });

  it('does not tell again when the zone is moved within the period', async () => {
    clock.set('2026-08-20T12:00:00Z');
    await make({ thresholds: [80] });
    await spend('2026-08-10T10:00:00Z', 9);
    expect(await evaluate(2)).toBe(1);
    await sql`update organizations set time_zone = 'America/New_York'`.execute(database.owner);
    expect(await evaluate(2)).toBe(0);
    await sql`update organizations set time_zone = 'Asia/Kathmandu'`.execute(database.owner);
    expect(await evaluate(2)).toBe(0);
    expect(await told()).toEqual(['80 open']);
  });

  it('is armed again by another amount, and not by the old one put back', async () => {
    clock.set('2026-08-10T12:00:00Z');
    const id = await make({ thresholds: [100] });
    const change = (amount: string) =>
      inScope(testContext(database.as('api'), clock), author(), (tx) =>
        updateBudget(tx, author(), id, budget({ thresholds: [100], amount })),
      );
    await spend('2026-08-10T10:00:00Z', 12);
    expect(await evaluate()).toBe(1);
    await change('20');
    expect(await evaluate()).toBe(0);
    expect(await told()).toEqual(['100 resolved']);
    await spend('2026-08-10T11:00:00Z', 9);
    expect(await evaluate(3)).toBe(1);
    await change('10');
    expect(await evaluate(3)).toBe(0);
  });

  it('repeats nothing when the spend falls below a threshold and comes back', async () => {
    clock.set('2026-08-10T12:00:00Z');
    await make({ thresholds: [80] });
    await spend('2026-08-10T10:00:00Z', 9);
    expect(await evaluate()).toBe(1);
    await sql`update budget_spend set total_pico_usd = trunc(total_pico_usd / 2)`.execute(database.owner);
    expect(await evaluate()).toBe(0);
    expect(await told()).toEqual(['80 resolved']);
    await sql`update budget_spend set total_pico_usd = total_pico_usd * 2`.execute(database.owner);
    expect(await evaluate(3)).toBe(0);
  });

  it('goes on where a worker was killed in between', async () => {
    clock.set('2026-08-10T12:00:00Z');
    await make();
    await spend('2026-08-10T10:00:00Z', 11);
    let sent = 0;
    const dying: AlertContext = {
      ...context(),
      clock: {
        // Dies when it tells the second one.
        now: () => {
          sent += 1;
          if (sent > 6) throw new Error('killed');
          return clock.now();
        },
      },
    };
    await expect(evaluateBudgets(dying, 1)).rejects.toThrow('killed');
    const before = (await told()).length;
    expect(before).toBeLessThan(3);
    expect(await evaluate(2)).toBe(3 - before);
    expect(await told()).toEqual(['50 open', '80 open', '100 open']);
  });

  it('tells of a rolling window once until it is clearly under the threshold', async () => {
    clock.set('2026-08-10T12:00:00Z');
    await make({ period: 'rolling', rollingHours: 24, thresholds: [80] });
    await spend('2026-08-10T10:00:00Z', 9);
    expect(await evaluate(5)).toBe(1);
    clock.set('2026-08-10T20:00:00Z');
    expect(await evaluate(5)).toBe(0);
    clock.set('2026-08-11T12:00:00Z');
    expect(await evaluate(5)).toBe(0);
    expect(await told()).toEqual(['80 resolved']);
    await spend('2026-08-11T11:00:00Z', 9);
    expect(await evaluate(5)).toBe(1);
  });

  it('says nothing while the past is being counted', async () => {
    clock.set('2026-08-10T12:00:00Z');
    await spend('2026-08-10T10:00:00Z', 11);
    await inScope(testContext(database.as('api'), clock), author(), (tx) => createBudget(tx, author(), budget()));
    expect(await evaluate()).toBe(0);
    await fillBudgets(context());
    expect(await evaluate(2)).toBe(3);
  });

  it('names what drives the spend, and the page with it', async () => {
    clock.set('2026-08-10T12:00:00Z');
    const id = await make({ thresholds: [80] });
    await spend('2026-08-09T10:00:00Z', 1, { feature: 'chat', model: 'small' });
    await spend('2026-08-10T10:00:00Z', 9, { feature: 'summarize', model: 'large' });
    await evaluate();
    const { rows } = await sql<{ text: string[]; path: string; drivers: { sentence: string }[] }>`
      select text, path, drivers from alerts`.execute(database.owner);
    expect(rows[0]?.text[0]).toBe('$10.00 of $10.00 (100 %) are spent in the month from 1 August 2026.');
    expect(rows[0]?.drivers[0]?.sentence).toBe('Feature `summarize` on `large` is 90 % of the spend.');
    expect(rows[0]?.path).toBe(`/budgets/${id}`);
  });
});
