import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import { inScope, inSnapshot } from '../../db/scope.ts';
import { testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { queryUsage } from '../usage/query-usage.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { buildCalendars } from './build-calendars.ts';
import { changeTimeZone } from './change-time-zone.ts';
import { deriveRollups } from './derive-rollups.ts';
import { createPace } from './pace.ts';

const HISTOGRAM_VALUES = [1, 2, 3, 7, 8, 100, 4096, 30_000, 65_536, 900_000, 2_000_000_000];

describe('deriveRollups', () => {
  const opened: TestDatabase[] = [];
  let database: TestDatabase;
  let worker: Context;
  let ingest: Context;

  beforeEach(async () => {
    database = await createTestDatabase();
    opened.push(database);
    worker = testContext(database.as('worker'));
    ingest = testContext(database.as('ingest'));
    await sql`
      insert into organizations (id, name, time_zone) values (1, 'One', 'Asia/Kathmandu'), (2, 'Two', 'UTC');
      insert into projects (id, organization_id, name) values (11, 1, 'A'), (22, 2, 'B')`.execute(database.owner);
  });
  afterAll(() => Promise.all(opened.map((each) => each.drop())));

  const record = (time: string, more: Parameters<typeof testRecord>[0] | object = {}) =>
    testRecord({ ts: new Date(time), ...more });
  const days = async (table = 'usage_daily') => {
    const { rows } = await sql<{ project_id: number; day: Date; calls: bigint }>`
      select project_id, day, sum(calls) as calls from ${sql.id(table)} group by 1, 2 order by 1, 2`.execute(
      database.owner,
    );
    return rows.map(({ project_id, day, calls }) => `${project_id} ${day.toISOString()} ${calls}`);
  };
  const touched = async () => (await sql`select from usage_touched`.execute(database.owner)).rows.length;

  it('cuts each organization’s days where it is, and takes away the log lines that it has answered', async () => {
    await storeUsage(ingest, [
      record('2026-07-31T18:14:00Z'),
      record('2026-07-31T18:15:00Z'),
      record('2026-07-31T18:15:00Z', { projectId: 22 }),
      record('2026-08-01T01:00:00Z', { projectId: 22 }),
    ]);
    expect(await deriveRollups(worker)).toEqual({ days: 4 });
    // Kathmandu is 5:45 ahead.
    expect(await days()).toEqual([
      '11 2026-07-30T18:15:00.000Z 1',
      '11 2026-07-31T18:15:00.000Z 1',
      '22 2026-07-31T00:00:00.000Z 1',
      '22 2026-08-01T00:00:00.000Z 1',
    ]);
    expect(await touched()).toBe(0);
    expect(await deriveRollups(worker)).toEqual({ days: 0 });
  });

  it('keeps the line of a write that is committed while a day is being derived', async () => {
    await storeUsage(ingest, [record('2026-08-01T10:00:00Z')]);
    const late = storeUsage(ingest, [record('2026-08-01T10:01:00Z')]);
    await Promise.all([deriveRollups(worker), deriveRollups(testContext(database.as('worker'))), late]);
    await deriveRollups(worker);
    expect(await days()).toEqual(['11 2026-07-31T18:15:00.000Z 2']);
    expect(await touched()).toBe(0);
  });

  it('leaves a project to the worker that is at it', async () => {
    await storeUsage(ingest, [record('2026-08-01T10:00:00Z')]);
    await database.owner.connection().execute(async (other) => {
      await sql`select pg_advisory_lock(7260416, 11)`.execute(other);
      expect(await deriveRollups(worker)).toEqual({ days: 0 });
      await sql`select pg_advisory_unlock(7260416, 11)`.execute(other);
    });
    expect(await deriveRollups(worker)).toEqual({ days: 1 });
  });

  it('adds up users, customers, sessions and tags, without duplicates, and those without one as such', async () => {
    const cost = { costs: { input: 5n }, totalPicoUsd: 5n };
    await storeUsage(ingest, [
      record('2026-08-01T10:00:00Z', {
        ...cost,
        endUser: 'u',
        session: 's',
        responseId: 'r',
        tags: { team: 'x', a: 'b' },
      }),
      record('2026-08-01T10:00:01Z', { ...cost, status: 'error', customer: 'c' }),
      record('2026-08-01T10:00:02Z', { ...cost, endUser: 'u', source: 'litellm', responseId: 'r' }),
    ]);
    await deriveRollups(worker);
    const { rows } = await sql`
      select kind, value, calls::integer, errors::integer, total_pico_usd::integer as cost from usage_daily_values
      order by kind, value`.execute(database.owner);
    expect(rows).toEqual([
      { kind: 'customer', value: '', calls: 1, errors: 0, cost: 5 },
      { kind: 'customer', value: 'c', calls: 1, errors: 1, cost: 5 },
      { kind: 'session', value: 's', calls: 1, errors: 0, cost: 5 },
      { kind: 'tag:a', value: 'b', calls: 1, errors: 0, cost: 5 },
      { kind: 'tag:team', value: 'x', calls: 1, errors: 0, cost: 5 },
      { kind: 'user', value: '', calls: 1, errors: 1, cost: 5 },
      { kind: 'user', value: 'u', calls: 1, errors: 0, cost: 5 },
    ]);
  });

  it('keeps a day’s sums when its records are gone, and forgets who they were of', async () => {
    await storeUsage(ingest, [record('2026-08-01T10:00:00Z', { endUser: 'u' })]);
    await deriveRollups(worker);
    await sql`delete from usage_records; insert into usage_touched (project_id, bucket) select project_id, bucket from usage_15m`.execute(
      database.owner,
    );
    await deriveRollups(worker);
    expect(await days()).toEqual(['11 2026-07-31T18:15:00.000Z 1']);
    expect(await days('usage_daily_values')).toEqual([]);
  });

  it('lets a busy day rest ten times as long as it took, and others not', async () => {
    let now = 0;
    const pace = createPace(() => now);
    const day = new Date('2026-07-31T18:15:00Z');
    pace.derived(11, day, 1_000);
    now = 9_999;
    await storeUsage(ingest, [record('2026-08-01T10:00:00Z'), record('2026-07-30T20:00:00Z')]);
    expect(await deriveRollups(worker, { pace })).toEqual({ days: 1 });
    expect(await touched()).toBe(1);
    now = 10_000;
    expect(await deriveRollups(worker, { pace })).toEqual({ days: 1 });
  });

  it('counts durations into the same buckets as the writer', async () => {
    await storeUsage(
      ingest,
      HISTOGRAM_VALUES.map((latencyMs, i) => record(`2026-08-01T10:00:${10 + i}Z`, { latencyMs })),
    );
    const { rows } = await sql<{ written: number[]; counted: number[] }>`
      select (select latency_histogram from usage_15m) as written,
        (select histogram_merged(array_agg((histogram_bucket(latency_ms) << 24) + 1)) from usage_calls) as counted`.execute(
      database.owner,
    );
    expect(rows[0]?.counted).toEqual(rows[0]?.written);
    // Every bound of a bucket, from both sides, against the arithmetic of the writer.
    const bounds = Array.from({ length: 81 }, (_, i) => Math.round(2 ** (i / 4))).flatMap((ms) => [ms - 1, ms, ms + 1]);
    const buckets = await sql<{ ms: number; bucket: number }>`
      select ms, histogram_bucket(ms) as bucket from unnest(${bounds}::integer[]) as ms`.execute(database.owner);
    for (const { ms, bucket } of buckets.rows) {
      expect(bucket, `${ms} ms`).toBe(Math.min(79, Math.max(0, Math.floor(4 * Math.log2(Math.max(1, ms))))));
    }
  });

  describe('when the time zone changes', () => {
    const callsByDay = async () => {
      const api = testContext(database.as('api'));
      const { time_zone: timeZone } = await database.owner
        .selectFrom('organizations')
        .select('time_zone')
        .where('id', '=', 1)
        .executeTakeFirstOrThrow();
      const result = await inSnapshot(api, { organizationId: 1 }, (tx) =>
        queryUsage(
          tx,
          { id: 1, timeZone },
          { from: '2026-07-30T00:00:00Z', to: '2026-08-03T00:00:00Z', metrics: ['calls', 'users'], bucket: 'day' },
        ),
      );
      return Object.fromEntries(
        result.buckets.flatMap((start, i) => (result.series[i]?.calls ? [[start, result.series[i]]] : [])),
      );
    };
    const toNewYork = () =>
      inScope(testContext(database.as('api')), { organizationId: 1 }, (tx) =>
        changeTimeZone(tx, 1, 'America/New_York'),
      );

    it('shows the new days at once, builds them, and forgets the old ones', async () => {
      await storeUsage(ingest, [record('2026-07-31T18:20:00Z', { endUser: 'u' }), record('2026-08-01T10:00:00Z')]);
      await deriveRollups(worker);
      expect(await callsByDay()).toEqual({ '2026-07-31T18:15:00.000Z': { calls: 2, users: 1 } });
      await toNewYork();
      const expected = {
        '2026-07-31T04:00:00.000Z': { calls: 1, users: 1 },
        '2026-08-01T04:00:00.000Z': { calls: 1, users: 0 },
      };
      expect(await callsByDay()).toEqual(expected);
      expect(await buildCalendars(worker)).toEqual({ built: 1 });
      expect(await days()).toEqual(['11 2026-07-31T04:00:00.000Z 1', '11 2026-08-01T04:00:00.000Z 1']);
      expect(await callsByDay()).toEqual(expected);
      const { rows } = await sql`select time_zone, state from calendars where organization_id = 1`.execute(
        database.owner,
      );
      expect(rows).toEqual([{ time_zone: 'America/New_York', state: 'active' }]);
      expect(await buildCalendars(worker)).toEqual({ built: 0 });
    });

    it('reads the days that were built, once they are', async () => {
      await storeUsage(ingest, [record('2026-08-01T10:00:00Z')]);
      await deriveRollups(worker);
      await toNewYork();
      await buildCalendars(worker);
      // Nothing but the derived days says seven.
      await sql`update usage_daily set calls = 7`.execute(database.owner);
      expect(await callsByDay()).toMatchObject({ '2026-08-01T04:00:00.000Z': { calls: 7 } });
    });

    it('gives up what it was building when the zone is changed back', async () => {
      await storeUsage(ingest, [record('2026-08-01T10:00:00Z')]);
      await deriveRollups(worker);
      await toNewYork();
      const stop = new AbortController();
      stop.abort();
      await expect(buildCalendars(worker, { signal: stop.signal })).rejects.toThrow();
      await sql`update organizations set time_zone = 'Asia/Kathmandu' where id = 1`.execute(database.owner);
      expect(await buildCalendars(worker)).toEqual({ built: 1 });
      expect(await days()).toEqual(['11 2026-07-31T18:15:00.000Z 1']);
    });

    it('refuses a zone that does not exist', async () => {
      const change = inScope(testContext(database.as('api')), { organizationId: 1 }, (tx) =>
        changeTimeZone(tx, 1, 'Mars/Olympus'),
      );
      await expect(change).rejects.toMatchObject({ code: 'invalid_request' });
    });
  });
});
