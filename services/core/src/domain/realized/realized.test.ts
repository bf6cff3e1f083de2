import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../clock.ts';
import type { UsageRecord } from '../../contract/usage.ts';
import { type Catalog, createCatalog } from '../../cost/catalog.ts';
import { parsePriceFile } from '../../cost/price-file.ts';
import { createPartitions } from '../../db/partitions.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { loadPriceSnapshot, SNAPSHOT_FILE } from '../prices/load-snapshot.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { followSavings } from './follow-savings.ts';
import { readRealized, summarizeRealized } from './read-realized.ts';
import {
  ACCEPTED,
  BASELINE,
  END,
  estimateFrom,
  prepare,
  SCENARIOS,
  type ScenarioName,
  SWITCHED,
  trueSaving,
  twoWays,
} from './testing.ts';

const ORGANIZATION = { id: 1, timeZone: 'UTC' };

describe('what a change has saved', () => {
  let catalog: Catalog;

  beforeAll(async () => {
    const parsed = parsePriceFile(await readFile(SNAPSHOT_FILE, 'utf8'));
    if (parsed.status === 'refused') throw new Error(parsed.reason);
    catalog = createCatalog([...parsed.entries].map(([key, entry]) => ({ key, versionId: 1, entry })));
  });

  /** Of what is wasted seldom there is little to measure. */
  const NEAR: Partial<Record<ScenarioName, number>> = {
    'requests that are not repeated': 0.1,
    'calls that do not fail': 0.1,
  };

  it.each(Object.keys(SCENARIOS) as ScenarioName[])(
    'is found, and lies in its interval, on traffic with a known switch: %s',
    (name) => {
      const ways = twoWays(name, 1, 8_000);
      const truth = trueSaving(catalog, ways);
      const estimate = estimateFrom(catalog, name, ways.traffic);
      expect(estimate).toMatchObject({ state: 'following', seenOn: '2026-05-18' });
      expect(Math.abs(Number(estimate.totals.saved) / Number(truth) - 1)).toBeLessThan(NEAR[name] ?? 0.05);
      const { low, saved, high } = estimate.totals;
      expect(low <= saved && saved <= high).toBe(true);
      expect(low <= truth && truth <= high).toBe(true);
      expect(estimate.days.reduce((sum, day) => sum + day.saved, 0n)).toBe(saved);
    },
    60_000,
  );

  it.each([
    ['a smaller model of the same provider', 1_250],
    ['requests that are not repeated', 4_000],
  ] as const)(
    'lies in its interval, whichever traffic it is, and the interval says something: %s',
    (name, calls) => {
      const seeds = [1, 2, 3, 4, 5];
      const found = seeds.map((seed) => {
        const ways = twoWays(name, seed, calls);
        const truth = trueSaving(catalog, ways);
        const { saved, low, high } = estimateFrom(catalog, name, ways.traffic).totals;
        return { holds: low <= truth && truth <= high, width: Number(high - low) / Number(saved) };
      });
      expect(found.filter(({ holds }) => holds).length).toBeGreaterThanOrEqual(seeds.length - 1);
      for (const { width } of found) expect(width).toBeLessThan(1.2);
    },
    60_000,
  );

  it.each(Object.keys(SCENARIOS) as ScenarioName[])(
    'is nothing as long as the traffic is what it was: %s',
    (name) => {
      const { traffic, otherwise } = twoWays(name, 4, 2_000);
      const unchanged = [...traffic.filter((record) => timeOf(record) < SWITCHED.getTime()), ...otherwise];
      expect(estimateFrom(catalog, name, unchanged)).toMatchObject({ state: 'not_yet_seen', seenOn: null, days: [] });
    },
    60_000,
  );
});

const timeOf = (record: UsageRecord) => Date.parse(record.timestamp ?? '');

describe('an accepted recommendation', () => {
  let database: TestDatabase;
  const clock = testClock(ACCEPTED.toISOString());
  const name = 'a smaller model of the same provider';
  const signal = new AbortController().signal;
  const ways = twoWays(name, 5, 1_600);
  let truth: bigint;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { owner } = database;
    await createPartitions(owner, { from: BASELINE.from, to: END });
    await sql`insert into organizations (id, name, time_zone) values (1, 'One', 'UTC'), (2, 'Two', 'UTC')`.execute(
      owner,
    );
    await sql`insert into projects (id, organization_id, name) values (11, 1, 'A'), (21, 2, 'B')`.execute(owner);
    await loadPriceSnapshot(owner, testContext(owner).log);
    const catalog = await loadOrganizationCatalog(owner, 1);
    truth = trueSaving(catalog, ways);
    await storeUsage(
      testContext(database.as('ingest')),
      ways.traffic.map((record) => prepare(catalog, record)),
    );
    const change = JSON.stringify({ kind: 'model', provider: 'openai', model: 'gpt-5.4-mini' });
    const scope = JSON.stringify({ projectId: 11, provider: 'openai', model: 'gpt-5.4', feature: 'followed' });
    await sql`
      insert into recommendations (id, organization_id, source, rule, identity, title, what, steps, evidence,
        saving_pico_usd_per_month, confidence, effort, risk, scope, change, filters, impact, state, decided_at, first_seen_at,
        last_seen_at)
      select id, 1, 'rule', 'cheaper_model', id::text, 't', '{}', '{}', '{}', 1, 'high', 'low', 'low', ${scope}::jsonb,
        ${change}::jsonb, '{}', '[]', state, ${ACCEPTED}, ${ACCEPTED}, ${ACCEPTED}
      from (values (1, 'accepted'), (2, 'open')) as r (id, state)`.execute(owner);
  }, 60_000);
  afterAll(() => database.drop());

  /** Hours later, so that it is looked at again. */
  const follow = () => {
    clock.set(new Date(clock.now().getTime() + 6 * HOUR).toISOString());
    return followSavings(testContext(database.as('worker'), clock), { signal });
  };
  const read = () => database.owner.transaction().execute((tx) => readRealized(tx, ORGANIZATION, 1));

  it('is compared with the two weeks before, and counts nothing before it is seen', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
    clock.set(new Date(ACCEPTED.getTime() + 4 * DAY + 1).toISOString());
    await follow();
    const realized = await read();
    expect(realized).toMatchObject({
      state: 'not_yet_seen',
      seenOn: null,
      followedUntil: '2026-05-15',
      totals: { saved: '0' },
      days: [],
    });
    expect(realized.baseline?.calls).toBeGreaterThan(300);
  });

  it('is counted from the day of the switch, whenever it is looked at', async () => {
    for (const days of [9, 20, 34]) {
      clock.set(new Date(ACCEPTED.getTime() + days * DAY + 1).toISOString());
      await follow();
    }
    const once = await read();
    expect(once).toMatchObject({ state: 'following', seenOn: '2026-05-18', followedUntil: '2026-06-14' });
    expect(once.days).toHaveLength(28);
    expect(Math.abs((Number(once.totals.saved) * 1e12) / Number(truth) - 1)).toBeLessThan(0.05);
    await follow();
    expect(await read()).toEqual(once);
    await sql`delete from realized_savings`.execute(database.owner);
    await follow();
    expect(await read()).toEqual(once);
  });

  it('keeps what was counted when its records are gone', async () => {
    const before = await read();
    await sql`delete from usage_records where ts < ${new Date(END.getTime() - 4 * DAY)}`.execute(database.owner);
    await follow();
    const after = await read();
    expect(after.days.slice(0, before.days.length)).toEqual(before.days);
    expect(after.totals.saved).toBe(before.totals.saved);
  });

  it('is in the summary of its own organization alone', async () => {
    const summary = (id: number) =>
      database.owner.transaction().execute((tx) => summarizeRealized(tx, { id, timeZone: 'UTC' }));
    const realized = await read();
    expect(await summary(1)).toMatchObject({
      totals: { saved: realized.totals.saved, following: 1, waiting: 0 },
      realized: [{ recommendationId: 1, state: 'following' }],
    });
    expect((await summary(2)).realized).toEqual([]);
  });

  it('is followed no longer once it is reopened', async () => {
    await sql`update recommendations set state = 'open', decided_at = null where id = 1`.execute(database.owner);
    await follow();
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
    const { rows } = await sql`select from realized_days`.execute(database.owner);
    expect(rows).toEqual([]);
  });
});
