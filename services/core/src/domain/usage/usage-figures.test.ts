import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metric, UsageQuery, ValuesQuery } from '../../contract/analytics.ts';
import { inSnapshot } from '../../db/scope.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { ensureCalendar } from '../rollups/calendars.ts';
import { deriveRollups } from '../rollups/derive-rollups.ts';
import { listValues } from './list-values.ts';
import { queryUsage } from './query-usage.ts';
import { storeUsage } from './store-usage.ts';

const PERIOD = { from: '2026-07-30T00:00:00Z', to: '2026-08-01T00:00:00Z' };
const usd = (dollars: number) => BigInt(Math.round(dollars * 1e6)) * 10n ** 6n;

/** Two days: of the first one everything is derived, of the second nothing. */
describe('figures', () => {
  let database: TestDatabase;
  const clock = testClock('2026-07-31T12:00:00Z');

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`
      insert into organizations (id, name) values (1, 'One');
      insert into projects (id, organization_id, name) values (11, 1, 'Shop'), (12, 1, 'Search');
      insert into api_keys (id, project_id, name, prefix, hash) values (5, 11, 'Backend', 'tgk_abcdef', sha256('k'))`.execute(
      database.owner,
    );
    await ensureCalendar(database.owner, 1);
    const ingest = testContext(database.as('ingest'), clock);
    const day = (at: string) => [
      // 1 USD a million; reading costs a tenth, writing a quarter more.
      testRecord({
        ts: new Date(`${at}T10:00:00Z`),
        model: 'cached',
        feature: 'chat',
        keyId: 5,
        session: 's1',
        endUser: 'ann',
        tags: { team: 'x' },
        tokens: { input: 1_000_000, cache_read: 10_000_000, cache_write_5m: 2_000_000, output: 10 },
        costs: { input: usd(1), cache_read: usd(1), cache_write_5m: usd(2.5), output: usd(0.5), tools: usd(0.01) },
        totalPicoUsd: usd(5.01),
        latencyMs: 100,
      }),
      testRecord({
        ts: new Date(`${at}T10:01:00Z`),
        projectId: 12,
        model: 'plain',
        source: 'anthropic.messages',
        session: 's2',
        status: 'error',
        errorType: 'timeout',
        reasoningEffort: 'high',
        tokens: { input: 1_000_000 },
        costs: { input: usd(3) },
        totalPicoUsd: usd(3),
        tags: { team: 'y', Region: 'eu' },
      }),
      testRecord({
        ts: new Date(`${at}T10:02:00Z`),
        model: 'unpriced',
        costStatus: 'unpriced',
        totalPicoUsd: null,
        tokens: { input: 5, cache_read: 1_000_000 },
      }),
    ];
    await storeUsage(ingest, day('2026-07-30'));
    await deriveRollups(testContext(database.as('worker'), testClock('2026-07-30T20:00:00Z')));
    await storeUsage(ingest, day('2026-07-31'));
  });
  afterAll(() => database.drop());

  const query = (input: Partial<UsageQuery>) =>
    inSnapshot(testContext(database.as('api'), clock), { organizationId: 1 }, (tx) =>
      queryUsage(tx, { id: 1, timeZone: 'UTC' }, { ...PERIOD, ...input }),
    );
  const values = async (input: ValuesQuery) => {
    const found = await inSnapshot(testContext(database.as('api')), { organizationId: 1 }, (tx) =>
      listValues(tx, { id: 1, timeZone: 'UTC' }, { ...input, now: clock.now() }),
    );
    return found.values;
  };

  const CLASSES = [
    'inputCost',
    'cacheReadCost',
    'cacheWriteCost',
    'outputCost',
    'reasoningCost',
    'unitsCost',
    'toolsCost',
  ] as const;

  it.each<[string, Partial<UsageQuery>]>([
    ['from the rollups', {}],
    ['from records', { costStatus: ['priced', 'unpriced'] }],
    ['by model', { groupBy: ['model'], limit: 1 }],
    ['by a dimension that only records have', { groupBy: ['source', 'errorType'] }],
    ['by user', { groupBy: ['user'] }],
  ])('splits the cost into classes that add up to it, %s', async (_name, input) => {
    const { totals } = await query({ ...input, metrics: ['cost', ...CLASSES] });
    expect(totals).toEqual({
      cost: '16.02',
      inputCost: '8',
      cacheReadCost: '2',
      cacheWriteCost: '5',
      outputCost: '1',
      reasoningCost: '0',
      unitsCost: '0',
      toolsCost: '0.02',
    });
  });

  it('says what caching saved, net of what writing cost more, wherever it is read from', async () => {
    const metrics: Metric[] = ['cacheSavings', 'cacheWritePremium'];
    // A day: 12 million cached tokens would have been 12 USD, and were 3.5.
    for (const input of [
      {},
      { groupBy: ['model'] },
      { groupBy: ['user'] },
      { user: ['ann'] },
      { bucket: 'day' as const },
    ]) {
      const { totals } = await query({ ...input, metrics });
      expect(totals).toEqual({ cacheSavings: '17', cacheWritePremium: '1' });
    }
    expect((await query({ metrics, model: ['unpriced'] })).totals).toEqual({
      cacheSavings: '0',
      cacheWritePremium: '0',
    });
  });

  it('works shares out of sums, of each group and of all', async () => {
    const metrics: Metric[] = ['errorRate', 'cacheHitRate', 'costPerCall', 'latencyP99'];
    const { totals, groups } = await query({ metrics, groupBy: ['model'] });
    expect(totals).toMatchObject({ errorRate: 1 / 3, costPerCall: '4.005' });
    const values = Object.fromEntries(groups.map(({ key, totals }) => [key[0], totals]));
    expect(values.cached).toMatchObject({ errorRate: 0, cacheHitRate: 10 / 13, costPerCall: '5.01' });
    expect(values.cached?.latencyP99).toBeGreaterThan(90);
    expect(values.plain).toEqual({ errorRate: 1, cacheHitRate: 0, costPerCall: '3', latencyP99: null });
    expect(values.unpriced).toMatchObject({ costPerCall: null });
    expect((await query({ metrics, model: ['none'] })).totals).toMatchObject({ errorRate: null, costPerCall: null });
  });

  it('says what a million tokens came to, of all classes together', async () => {
    const metrics: Metric[] = ['costPerMillionTokens'];
    const { groups } = await query({ metrics, groupBy: ['model'] });
    const values = Object.fromEntries(groups.map(({ key, totals }) => [key[0], totals.costPerMillionTokens]));
    // 5.01 USD for 13,000,010 tokens, and 3 USD for a million.
    expect(values).toMatchObject({ cached: '0.385384318935', plain: '3', unpriced: null });
    expect((await query({ metrics, model: ['none'] })).totals).toEqual({ costPerMillionTokens: null });
  });

  it('names many groups, but not many in each of many buckets', async () => {
    expect((await query({ groupBy: ['model'], limit: 1_000 })).groups).toHaveLength(3);
    await expect(query({ groupBy: ['model'], limit: 51, bucket: 'hour' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect((await query({ groupBy: ['model'], limit: 50, bucket: 'hour' })).groups).toHaveLength(3);
  });

  it.each([
    ['session', { s1: 2, s2: 2, '': 2 }],
    ['tag:team', { x: 2, y: 2, '': 2 }],
    ['source', { 'openai.chat': 4, 'anthropic.messages': 2 }],
    ['errorType', { timeout: 2, '': 4 }],
    ['reasoningEffort', { high: 2, '': 4 }],
  ])('groups by %s, with the calls that have none', async (dimension, expected) => {
    const { groups } = await query({ metrics: ['calls'], groupBy: [dimension] });
    expect(Object.fromEntries(groups.map(({ key, totals }) => [key[0], totals.calls]))).toEqual(expected);
    // What is derived answers the same as the records do.
    const again = await query({ metrics: ['calls'], groupBy: [dimension], costStatus: ['priced', 'unpriced'] });
    expect(again.groups.map(({ key, totals }) => [key[0], totals.calls]).sort()).toEqual(
      groups.map(({ key, totals }) => [key[0], totals.calls]).sort(),
    );
  });

  it('filters by tag, session and reasoning effort', async () => {
    expect((await query({ metrics: ['calls'], tag: ['team=x', 'team=y'] })).totals.calls).toBe(4);
    expect((await query({ metrics: ['calls'], tag: ['team=y', 'Region=eu'], session: ['s2'] })).totals.calls).toBe(2);
    expect((await query({ metrics: ['calls'], tag: ['Region='] })).totals.calls).toBe(4);
    expect((await query({ metrics: ['calls'], key: [5] })).totals.calls).toBe(2);
    expect((await query({ metrics: ['calls'], reasoningEffort: ['high'] })).totals.calls).toBe(2);
    expect((await query({ metrics: ['calls'], reasoningEffort: [''] })).totals.calls).toBe(4);
  });

  it('lists the values that a filter can be set to, derived or not, the most used first', async () => {
    expect(await values({ dimension: 'model' })).toMatchObject([
      { value: 'cached', calls: 2 },
      { value: 'plain', calls: 2 },
      { value: 'unpriced', calls: 2 },
    ]);
    expect(await values({ dimension: 'user' })).toEqual([
      { value: '', label: '', calls: 4 },
      { value: 'ann', label: 'ann', calls: 2 },
    ]);
    expect(await values({ dimension: 'user', search: 'AN' })).toEqual([{ value: 'ann', label: 'ann', calls: 2 }]);
    expect(await values({ dimension: 'user', search: '%' })).toEqual([]);
    expect((await values({ dimension: 'tag' })).map(({ value, calls }) => [value, calls])).toEqual([
      ['team', 4],
      ['Region', 2],
    ]);
    expect((await values({ dimension: 'tag', search: 'reg' })).map(({ value }) => value)).toEqual(['Region']);
    expect(await values({ dimension: 'tag:team', search: 'x' })).toEqual([{ value: 'x', label: 'x', calls: 2 }]);
    expect(await values({ dimension: 'key', search: 'back' })).toEqual([
      { value: '5', label: 'Backend (tgk_abcdef…)', calls: 2 },
    ]);
    expect(await values({ dimension: 'project', search: 'sea' })).toEqual([{ value: '12', label: 'Search', calls: 2 }]);
  });

  it('refuses times that no calendar has', async () => {
    await expect(query({ to: '2026-07-30T23:59:60Z' })).rejects.toMatchObject({ fields: [{ field: 'to' }] });
    await expect(query({ from: '0001-01-01T00:00:00Z' })).rejects.toMatchObject({ fields: [{ field: 'from' }] });
  });
});
