import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../clock.ts';
import { createPartitions } from '../../db/partitions.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import type { AlertContext } from '../alerts/alert-context.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { activeOrganizations } from './organizations.ts';
import { watchUsage } from './watch-usage.ts';

const NOW = Date.parse('2026-08-12T13:06:00Z');
const CENT = 10n ** 10n;

describe('watching what is used', () => {
  let database: TestDatabase;
  const clock = testClock();
  const context = (): AlertContext => ({
    ...testContext(database.as('worker'), clock),
    jobs: { send: async () => {} },
  });

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name, time_zone, retention_days) values (1, 'One', 'UTC', 400);
      insert into projects (id, organization_id, name) values (11, 1, 'Shop')`.execute(database.owner);
    await createPartitions(database.as('worker'), { from: new Date(NOW - 50 * DAY), to: new Date(NOW + 2 * DAY) });
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    clock.set(new Date(NOW).toISOString());
    await sql`truncate usage_records, usage_15m, alert_episodes, alert_watches; delete from alerts`.execute(
      database.owner,
    );
  });

  /** One call an hour and feature, for weeks; by night a tenth as dear. */
  const usual = (until: number, weeks = 6) => {
    const records = [];
    for (let hour = until - weeks * 7 * DAY; hour < until; hour += HOUR) {
      const isDay = new Date(hour).getUTCHours() >= 7 && new Date(hour).getUTCHours() < 19;
      for (const feature of ['summarize', 'chat', 'search']) {
        const wobble = BigInt(Math.round(10 * Math.sin(hour / HOUR + feature.length)));
        const cents = (isDay ? 100n : 10n) + (isDay ? wobble : 0n);
        records.push(
          testRecord({ ts: new Date(hour + 60_000), feature, totalPicoUsd: cents * CENT, model: 'gpt-5.4' }),
        );
      }
    }
    return records;
  };
  const store = async (records: ReturnType<typeof usual>) => {
    for (let i = 0; i < records.length; i += 2_000) {
      await storeUsage(testContext(database.as('ingest'), clock), records.slice(i, i + 2_000));
    }
  };
  const watch = async (workers = 1) => {
    const [organization] = await activeOrganizations(database.as('worker'), clock.now());
    if (!organization) throw new Error('nobody is active');
    await Promise.all(Array.from({ length: workers }, () => watchUsage(context(), organization)));
  };
  const told = async () => {
    const { rows } = await sql<{ kind: string; title: string; state: string; text: string[]; path: string }>`
      select kind, title, state, text, path from alerts order by id`.execute(database.owner);
    return rows;
  };
  const at = (time: number) => clock.set(new Date(time).toISOString());
  const hourNow = Math.floor(NOW / HOUR) * HOUR;

  it('tells of a rise once, in whichever dimensions it shows and however long it lasts, and when it is over', async () => {
    await store(usual(hourNow + 8 * HOUR));
    await watch();
    expect(await told()).toEqual([]);
    // Three times the usual, by one model, from one o'clock to three.
    const extra = [0, 1].flatMap((hour) =>
      [5, 25].map((minute) =>
        testRecord({
          ts: new Date(hourNow + hour * HOUR + minute * 60_000),
          feature: 'summarize',
          model: 'gpt-5.4-pro',
          totalPicoUsd: 100n * CENT,
        }),
      ),
    );
    await store(extra);
    for (const hour of [1, 2, 3]) {
      at(hourNow + hour * HOUR + 6 * 60_000);
      await watch(3);
    }
    const rise = await told();
    expect(rise.map(({ kind, state }) => [kind, state])).toEqual([['spend_anomaly', 'open']]);
    expect(rise[0]?.title).toMatch(/^Spend of feature summarize is \d\.\d times the usual$/);
    expect(rise[0]?.text[1]).toMatch(/^Feature `summarize` on `gpt-5\.4-pro` is (all|\d\d %) of the rise\.$/);
    expect(rise[0]?.path).toContain('feature=summarize');
    for (const hour of [4, 5, 6, 7]) {
      at(hourNow + hour * HOUR + 6 * 60_000);
      await watch(2);
    }
    expect((await told()).map(({ kind, state }) => [kind, state])).toEqual([['spend_anomaly', 'resolved']]);
  });

  it('is quiet in the first days, whatever they bring', async () => {
    await store(usual(hourNow, 1));
    await store([testRecord({ ts: new Date(hourNow - HOUR), feature: 'chat', totalPicoUsd: 10_000n * CENT })]);
    await watch(2);
    expect(await told()).toEqual([]);
  });

  it('tells of silence where there were always calls, not of a night, and of its end', async () => {
    const records = usual(hourNow - 6 * HOUR).filter(({ ts }) => ts.getUTCHours() >= 6 && ts.getUTCHours() < 20);
    await store(records);
    await watch(3);
    expect((await told()).map(({ kind, title }) => [kind, title])).toEqual([
      ['ingest_silent', 'Nothing comes from Shop'],
    ]);
    at(hourNow + 12 * HOUR + 6 * 60_000);
    await watch(3);
    expect(await told()).toHaveLength(1);
    await store([testRecord({ ts: new Date(hourNow + 12 * HOUR), feature: 'chat', totalPicoUsd: CENT })]);
    at(hourNow + 13 * HOUR + 6 * 60_000);
    await watch(3);
    expect((await told()).map(({ state }) => state)).toEqual(['resolved']);
  });

  it('tells of a model without a price once, and resolves it when its calls have one', async () => {
    const unpriced = {
      costStatus: 'unpriced',
      totalPicoUsd: null,
      model: 'in-house',
      priceMatch: 'unknown_model',
    } as const;
    await store([
      testRecord({ ts: new Date(NOW - HOUR), ...unpriced }),
      testRecord({ ts: new Date(NOW - HOUR), ...unpriced }),
    ]);
    await watch(4);
    at(NOW + HOUR);
    await watch(4);
    const alerts = await told();
    expect(alerts.map(({ title, state }) => [title, state])).toEqual([['The model in-house has no price', 'open']]);
    expect(alerts[0]?.text[0]).toContain('2 calls of it');
    await sql`update usage_15m set unpriced_calls = 0`.execute(database.owner);
    at(NOW + 2 * HOUR);
    await watch();
    expect((await told()).map(({ state }) => state)).toEqual(['resolved']);
  });

  it('resolves what it said of a model that is called no longer, and tells of it again when it is, but not whom it bothers', async () => {
    const call = (time: number) =>
      store([
        testRecord({
          ts: new Date(time),
          costStatus: 'unpriced',
          totalPicoUsd: null,
          model: 'in-house',
          priceMatch: 'unknown_model',
        }),
      ]);
    const states = async () => (await told()).filter(({ kind }) => kind === 'unpriced_model').map(({ state }) => state);
    await createPartitions(database.as('worker'), { from: new Date(NOW), to: new Date(NOW + 30 * DAY) });
    await call(NOW - HOUR);
    await watch();
    at(NOW + 6 * DAY);
    await watch();
    expect(await states()).toEqual(['open']);
    at(NOW + 8 * DAY);
    await watch(4);
    expect(await states()).toEqual(['resolved']);
    await call(NOW + 9 * DAY);
    at(NOW + 9 * DAY + HOUR);
    await watch(4);
    expect(await states()).toEqual(['resolved', 'open']);
    await sql`insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x')`.execute(
      database.owner,
    );
    await sql`update alerts set state = 'resolved', resolved_at = ${clock.now()}, resolved_by = 1 where state = 'open'`.execute(
      database.owner,
    );
    await call(NOW + 10 * DAY);
    at(NOW + 10 * DAY + HOUR);
    await watch();
    expect(await states()).toEqual(['resolved', 'resolved']);
  });

  it('tells of calls that fail much more often than usual, with what fails, once', async () => {
    const call = (hoursAgo: number, failed: boolean, i: number) =>
      testRecord({
        ts: new Date(NOW - 6 * 60_000 - hoursAgo * HOUR + i),
        status: failed ? 'error' : 'ok',
        provider: failed ? 'anthropic' : 'openai',
        totalPicoUsd: CENT,
      });
    await store(Array.from({ length: 600 }, (_, i) => call(30, i % 100 === 0, i)));
    await store(Array.from({ length: 100 }, (_, i) => call(0.5, i % 4 === 0, i)));
    await watch(4);
    at(NOW + 15 * 60_000);
    await watch(4);
    const alerts = await told();
    expect(alerts.map(({ kind }) => kind)).toEqual(['error_rate']);
    expect(alerts[0]?.title).toBe('25 % of the calls of Shop fail');
    expect(alerts[0]?.text[1]).toBe('Provider `anthropic` is all of the errors.');
  });

  it('does not judge an hour again after a worker died while telling of it', async () => {
    await store(usual(hourNow));
    await store([testRecord({ ts: new Date(hourNow - HOUR), feature: 'chat', totalPicoUsd: 2_000n * CENT })]);
    const [organization] = await activeOrganizations(database.as('worker'), clock.now());
    if (!organization) throw new Error('nobody is active');
    const dying = { ...context(), jobs: { send: () => Promise.reject(new Error('gone')) } };
    await Promise.all([watchUsage(dying, organization), watchUsage(context(), organization)]);
    await sql`update alert_watches set watched_until = '-infinity'`.execute(database.owner);
    await watch(2);
    expect((await told()).filter(({ kind }) => kind === 'spend_anomaly')).toHaveLength(1);
  });
});
