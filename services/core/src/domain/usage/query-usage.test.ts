import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageQuery } from '../../contract/analytics.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { inSnapshot } from '../../db/scope.ts';
import { testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { queryUsage } from './query-usage.ts';
import { storeUsage } from './store-usage.ts';

const START = Date.parse('2026-07-30T00:00:00Z');
const SPAN_MS = 3 * 24 * 3_600_000;

const anyRecord = fc
  .record({
    at: fc.integer({ min: 0, max: SPAN_MS - 1 }),
    projectId: fc.constantFrom(11, 12),
    model: fc.constantFrom('a', 'b', 'c"\\{},', 'd'),
    feature: fc.constantFrom(null, 'chat', 'NULL', 'search'),
    status: fc.constantFrom('ok' as const, 'error' as const),
    input: fc.integer({ min: 1, max: 1_000_000 }),
    cost: fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n }), { nil: null }),
  })
  .map(
    ({ at, input, cost, ...rest }): PreparedRecord =>
      testRecord({
        ...rest,
        ts: new Date(START + at),
        tokens: { input },
        ...(cost === null
          ? { costStatus: 'unpriced', totalPicoUsd: null }
          : { costs: { input: cost }, totalPicoUsd: cost }),
      }),
  );

describe('queryUsage', () => {
  const records = fc.sample(fc.array(anyRecord, { minLength: 400, maxLength: 400 }), { numRuns: 1, seed: 7 })[0] ?? [];
  let database: TestDatabase;
  let api: Db;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = database.as('api');
    await sql`
      insert into organizations (id, name) values (1, 'One'), (2, 'Two');
      insert into projects (id, organization_id, name, demo) values (11, 1, 'A', false), (12, 1, 'B', false),
        (13, 1, 'Sample', true), (22, 2, 'X', false)`.execute(database.owner);
    const others = records.slice(0, 50).map((record) => ({ ...record, projectId: 22 }));
    const samples = records.slice(0, 50).map((record) => ({ ...record, projectId: 13 }));
    await storeUsage(testContext(database.as('ingest')), [...records, ...others, ...samples]);
  });
  afterAll(() => database.drop());

  const query = (input: UsageQuery, timeZone = 'UTC') =>
    inSnapshot(testContext(api), { organizationId: 1 }, (tx) => queryUsage(tx, { id: 1, timeZone }, input));

  const costOf = (chosen: readonly PreparedRecord[]) =>
    formatPicoUsd(chosen.reduce((sum, { totalPicoUsd }) => sum + (totalPicoUsd ?? 0n), 0n));

  it('equals the sum over the records for any period, ragged at both ends, and any filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: SPAN_MS }),
        fc.integer({ min: 1, max: SPAN_MS }),
        fc.subarray(['a', 'b', 'c"\\{},', 'd']),
        fc.subarray(['', 'chat', 'NULL']),
        async (start, length, model, feature) => {
          const [from, to] = [new Date(START + start), new Date(START + start + length)];
          const expected = records.filter(
            (record) =>
              record.ts >= from &&
              record.ts < to &&
              (model.length === 0 || model.includes(record.model)) &&
              (feature.length === 0 || feature.includes(record.feature ?? '')),
          );
          const { totals } = await query({
            from: from.toISOString(),
            to: to.toISOString(),
            metrics: ['cost', 'calls', 'errors', 'tokens', 'unpricedCalls', 'pricedCalls'],
            model,
            feature,
          });
          expect(totals).toEqual({
            cost: costOf(expected),
            calls: expected.length,
            errors: expected.filter(({ status }) => status === 'error').length,
            tokens: expected.reduce((sum, { tokens }) => sum + (tokens.input ?? 0), 0),
            unpricedCalls: expected.filter(({ costStatus }) => costStatus === 'unpriced').length,
            pricedCalls: expected.filter(({ costStatus }) => costStatus === 'priced').length,
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('splits the whole into groups and buckets without a rest, in any zone', async () => {
    const period = { from: '2026-07-30T01:07:00.000Z', to: '2026-08-01T22:31:00.000Z' };
    for (const timeZone of ['UTC', 'Asia/Kathmandu', 'America/New_York']) {
      const result = await query(
        { ...period, metrics: ['calls', 'tokens'], groupBy: ['model', 'feature'], bucket: 'day', limit: 5 },
        timeZone,
      );
      const sum = (values: ({ calls?: number } | undefined)[]) =>
        values.reduce((total, value) => total + (value?.calls ?? 0), 0);
      expect(result.groups).toHaveLength(5);
      expect(sum([...result.groups.map(({ totals }) => totals), result.other?.totals])).toBe(result.totals.calls);
      expect(sum(result.series)).toBe(result.totals.calls);
      for (const group of result.groups) expect(sum(group.series)).toBe(group.totals.calls);
      result.buckets.forEach((_, i) => {
        expect(sum([...result.groups.map(({ series }) => series[i]), result.other?.series[i]])).toBe(
          result.series[i]?.calls,
        );
      });
    }
  });

  it('puts each record into the day of the zone that it falls on', async () => {
    const result = await query(
      { from: '2026-07-30T04:00:00Z', to: '2026-08-01T04:00:00Z', metrics: ['calls'], bucket: 'day' },
      'America/New_York',
    );
    expect(result.buckets).toEqual(['2026-07-30T04:00:00.000Z', '2026-07-31T04:00:00.000Z']);
    const day = records.filter(
      ({ ts }) => ts >= new Date('2026-07-31T04:00:00Z') && ts < new Date('2026-08-01T04:00:00Z'),
    );
    expect(result.series[1]?.calls).toBe(day.length);
  });

  it('compares with the period of the same length before', async () => {
    const both = await query({
      from: '2026-07-31T00:00:00Z',
      to: '2026-08-01T00:00:00Z',
      compare: 'previous',
      groupBy: ['model'],
    });
    const before = await query({ from: '2026-07-30T00:00:00Z', to: '2026-07-31T00:00:00Z', groupBy: ['model'] });
    expect(both.previous).toEqual(before.totals);
    for (const group of both.groups) {
      expect(group.previous).toEqual(before.groups.find(({ key }) => key[0] === group.key[0])?.totals);
    }
  });

  it('names projects, and refuses those of others', async () => {
    const period = { from: '2026-07-30T00:00:00Z', to: '2026-08-02T00:00:00Z' };
    const result = await query({ ...period, metrics: ['calls'], groupBy: ['project'] });
    expect(result.groups.map(({ label }) => label[0]).sort()).toEqual(['A', 'B']);
    await expect(query({ ...period, projectId: [22] })).rejects.toMatchObject({ code: 'not_found' });
    expect((await query({ ...period, metrics: ['calls'], projectId: [13] })).totals.calls).toBe(50);
  });
});
