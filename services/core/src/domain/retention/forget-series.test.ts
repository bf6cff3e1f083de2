import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { BoundedMemory } from '../usage/bounded-memory.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { writeRecords } from '../usage/write-records.ts';
import { forgetSeries } from './forget-series.ts';

const START = new Date('2026-08-01T12:00:00Z');
const call = (feature: string) => testRecord({ projectId: 11, ts: START, feature });

let database: TestDatabase;
let worker: Context;
const clock = testClock(START.toISOString());
beforeAll(async () => {
  database = await createTestDatabase();
  worker = testContext(database.as('worker'), clock);
  await sql`insert into organizations (id, name) values (1, 'One');
    insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(database.owner);
});
afterAll(() => database.drop());

const features = async () => {
  const { rows } = await sql<{ feature: string }>`select feature from usage_series order by 1`.execute(database.owner);
  return rows.map(({ feature }) => feature);
};
const forget = () => forgetSeries(worker, 11, { many: 1 });

it('goes a day after its last record, and not where it came back meanwhile', async () => {
  const ingest = testContext(database.as('ingest'), clock);
  await storeUsage(ingest, [call('kept'), call('gone'), call('back')]);
  await sql`delete from usage_records where series_id in
    (select id from usage_series where feature in ('gone', 'back'))`.execute(database.owner);

  expect(await forget()).toBe(0);
  const memory = { series: new BoundedMemory<number>() };
  await ingest.db.transaction().execute((tx) => writeRecords(tx, [call('back')], memory));
  expect(await forget()).toBe(0);
  clock.set(new Date(START.getTime() + DAY).toISOString());
  expect(await forget()).toBe(1);

  expect(await features()).toEqual(['back', 'kept']);
  const { rows } = await sql<{ feature: string | null }>`select feature from usage_calls order by 1`.execute(
    database.owner,
  );
  expect(rows).toEqual([{ feature: 'back' }, { feature: 'kept' }]);
});

it('stays in a project that has few', async () => {
  await sql`delete from usage_records`.execute(database.owner);
  expect(await forgetSeries(worker, 11)).toBe(0);
  clock.set(new Date(START.getTime() + 3 * DAY).toISOString());
  expect(await forgetSeries(worker, 11)).toBe(0);
  expect(await features()).toHaveLength(2);
});
