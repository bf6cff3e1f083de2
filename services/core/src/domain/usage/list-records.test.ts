import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordsQuery } from '../../contract/records.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { inScope } from '../../db/scope.ts';
import { testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { listRecords } from './list-records.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { storeUsage } from './store-usage.ts';

const START = Date.parse('2026-07-31T00:00:00Z');
const FROM = new Date(START).toISOString();

/** Few different values of everything, so that records tie in time, in cost and in both. */
const anyRecord = fc
  .record({
    at: fc.integer({ min: 0, max: 40 }),
    projectId: fc.constantFrom(11, 12),
    model: fc.constantFrom('a', 'b'),
    environment: fc.constantFrom(null, 'prod'),
    keyId: fc.constantFrom(null, 7),
    endUser: fc.constantFrom(null, 'u1'),
    session: fc.constantFrom(null, 's1'),
    errorType: fc.constantFrom(null, 'timeout'),
    traceId: fc.constantFrom(null, 't1'),
    tags: fc.constantFrom(null, { team: 'x' }, { team: 'y', tier: 'a=b' }, { team: 'x', tier: '' }),
    latencyMs: fc.constantFrom(null, 0, 5, 900),
    cost: fc.constantFrom(null, 0n, 5n, 10n ** 12n),
  })
  .map(
    ({ at, cost, ...rest }): PreparedRecord =>
      testRecord({
        ...rest,
        ts: new Date(START + at * 60_000),
        ...(cost === null
          ? { costStatus: 'unpriced', totalPicoUsd: null }
          : { totalPicoUsd: cost, costs: { input: cost } }),
      }),
  );

describe('listRecords', () => {
  const records = fc.sample(fc.array(anyRecord, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 3 })[0] ?? [];
  let database: TestDatabase;
  let api: Db;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = database.as('api');
    await sql`
      insert into organizations (id, name) values (1, 'One'), (2, 'Two');
      insert into projects (id, organization_id, name, demo) values (11, 1, 'A', false), (12, 1, 'B', false),
        (22, 2, 'X', false)`.execute(database.owner);
    // The same record in two projects: only the project tells them apart.
    const twins = records.slice(0, 40).map((record) => ({ ...record, projectId: record.projectId === 11 ? 12 : 11 }));
    records.push(...twins);
    const others = records.slice(0, 50).map((record) => ({ ...record, projectId: 22 }));
    await storeUsage(testContext(database.as('ingest')), [...records, ...others]);
    await sql`update usage_records set duplicate_of = gen_random_uuid() where project_id = 11 and series_id in (select id from usage_series where model = 'b') and ts < ${new Date(START + 600_000)}`.execute(
      database.owner,
    );
  });
  afterAll(() => database.drop());

  const list = (query: RecordsQuery) =>
    inScope(testContext(api), { organizationId: 1 }, (tx) => listRecords(tx, 1, query));
  const isDuplicate = (record: PreparedRecord) =>
    record.projectId === 11 && record.model === 'b' && record.ts.getTime() < START + 600_000;
  const nameOf = (record: { projectId: number; eventId: string }) => `${record.projectId} ${record.eventId}`;

  async function pages(query: RecordsQuery): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.records.map(({ projectId, id }) => `${projectId} ${id}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return seen;
  }

  const compare = <T>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
  function inOrder(chosen: readonly PreparedRecord[], sort: string, order: string): string[] {
    const sign = order === 'asc' ? 1 : -1;
    const value = (record: PreparedRecord) =>
      sort === 'time' ? 0 : sort === 'cost' ? record.totalPicoUsd : record.latencyMs;
    return [...chosen]
      .sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === null || y === null) {
          if (x !== y) return x === null ? 1 : -1;
        } else if (x !== y) return sign * compare(x, y);
        const tie = compare(a.ts, b.ts) || compare(a.eventId, b.eventId) || compare(a.projectId, b.projectId);
        return sign * tie;
      })
      .map(nameOf);
  }

  const anyOrder = fc.record({
    sort: fc.constantFrom('time', 'cost', 'latency'),
    order: fc.constantFrom('asc', 'desc'),
    limit: fc.integer({ min: 7, max: 120 }),
  });

  it('pages through ties in time, cost and latency, in both directions, without a gap or a repetition', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyOrder,
        fc.constantFrom<number[] | undefined>(undefined, [11], [12, 11]),
        async (order, projectId) => {
          const chosen = records.filter((record) => projectId?.includes(record.projectId) ?? true);
          const seen = await pages({
            ...order,
            from: FROM,
            duplicates: 'include',
            ...(projectId ? { projectId } : {}),
          });
          expect(seen).toEqual(inOrder(chosen, order.sort, order.order));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('chooses exactly the records that every filter lets through', async () => {
    const anyFilter = fc.record(
      {
        environment: fc.constantFrom<string[]>([''], ['prod'], ['', 'prod']),
        model: fc.constantFrom<string[]>(['a'], ['b', 'none']),
        key: fc.constantFrom<number[]>([0], [7]),
        user: fc.constantFrom<string[]>([''], ['u1']),
        session: fc.constantFrom<string[]>([''], ['s1']),
        errorType: fc.constantFrom<string[]>([''], ['timeout']),
        costStatus: fc.constantFrom<NonNullable<RecordsQuery['costStatus']>>(
          ['priced'],
          ['unpriced'],
          ['unpriced', 'unreadable'],
        ),
        tag: fc.constantFrom<string[]>(['team=x'], ['team=x', 'team=y'], ['team=y', 'tier=a=b'], ['tier=']),
        traceId: fc.constant('t1'),
        minCost: fc.constantFrom('0', '0.000000000005', '1'),
        maxCost: fc.constantFrom('0', '0.000000000005', '1'),
        minLatencyMs: fc.constantFrom(0, 1),
        maxLatencyMs: fc.constantFrom(5, 899),
        duplicates: fc.constantFrom('exclude' as const, 'include' as const, 'only' as const),
      },
      { requiredKeys: [] },
    );
    const has = (values: readonly unknown[] | undefined, value: string | number) =>
      values === undefined || values.includes(value);
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        const tags = (record: PreparedRecord, key: string) => record.tags?.[key] ?? '';
        const wantedTags = (key: string) =>
          filter.tag?.filter((tag) => tag.startsWith(`${key}=`)).map((tag) => tag.slice(key.length + 1));
        const cost = (text: string | undefined) =>
          text === undefined ? undefined : BigInt(Math.round(Number(text) * 1e12));
        const between = <T extends number | bigint>(value: T | null, min: T | undefined, max: T | undefined) =>
          (min === undefined || (value !== null && value >= min)) &&
          (max === undefined || (value !== null && value <= max));
        const chosen = records.filter((record) => {
          const [teams, tiers] = [wantedTags('team'), wantedTags('tier')];
          return (
            has(filter.environment, record.environment ?? '') &&
            has(filter.model, record.model) &&
            has(filter.key, record.keyId ?? 0) &&
            has(filter.user, record.endUser ?? '') &&
            has(filter.session, record.session ?? '') &&
            has(filter.errorType, record.errorType ?? '') &&
            has(filter.costStatus, record.costStatus) &&
            (!teams?.length || teams.includes(tags(record, 'team'))) &&
            (!tiers?.length || tiers.includes(tags(record, 'tier'))) &&
            (filter.traceId === undefined || record.traceId === filter.traceId) &&
            between(record.totalPicoUsd, cost(filter.minCost), cost(filter.maxCost)) &&
            between(record.latencyMs, filter.minLatencyMs, filter.maxLatencyMs) &&
            (filter.duplicates === 'include' || isDuplicate(record) === (filter.duplicates === 'only'))
          );
        });
        expect(await pages({ ...filter, limit: 200 })).toEqual(inOrder(chosen, 'time', 'desc'));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a cursor of another list, a broken one, and a list by cost that has no beginning', async () => {
    const { nextCursor } = await list({ limit: 5 });
    const cursor = nextCursor ?? '';
    expect((await list({ limit: 9, cursor })).records).toHaveLength(9);
    const refused = { code: 'invalid_request', fields: [{ field: 'cursor' }] };
    for (const query of [
      { cursor, order: 'asc' as const },
      { cursor, sort: 'cost' as const, from: FROM },
      { cursor, model: ['a'] },
      { cursor: `${cursor.slice(0, -4)}AAAA` },
      { cursor: 'nonsense' },
    ]) {
      await expect(list(query)).rejects.toMatchObject(refused);
    }
    await expect(list({ sort: 'latency' })).rejects.toMatchObject({ fields: [{ field: 'from' }] });
    await expect(list({ from: '2026-08-01T23:59:60Z' })).rejects.toMatchObject({ fields: [{ field: 'from' }] });
  });

  it('shows the cost to the last digit, and which record counts instead', async () => {
    const { records: rows } = await list({ sort: 'cost', from: FROM, limit: 1 });
    expect(rows[0]?.cost).toBe(formatPicoUsd(10n ** 12n));
    expect(rows[0]?.duplicateOf).toBeNull();
    expect((await list({ duplicates: 'only', limit: 1 })).records[0]?.duplicateOf).toMatch(/^[0-9a-f-]{36}$/);
  });
});
