import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { createPartitions, listPartitionDays } from '../../db/partitions.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { keepPartitions } from './keep-partitions.ts';

const days = async (ctx: Context) => (await listPartitionDays(ctx.db)).map((day) => day.toISOString().slice(0, 10));

describe('keepPartitions, as the worker', () => {
  const clock = testClock('2026-08-01T12:00:00Z');
  let database: TestDatabase;
  let ctx: Context;

  beforeAll(async () => {
    database = await createTestDatabase();
    ctx = testContext(database.as('worker'), clock);
  });
  afterAll(() => database.drop());

  it('makes every day from the longest retention to a week ahead, and nothing the second time', async () => {
    await keepPartitions(ctx);
    const kept = await days(ctx);
    expect(kept[0]).toBe('2026-05-03');
    expect(kept.at(-1)).toBe('2026-08-08');
    expect(kept).toHaveLength(98);
    expect(await keepPartitions(ctx)).toEqual({ created: 0, dropped: 0 });
  });

  it('drops the days that no organization keeps any more, though a reader is at the table', async () => {
    clock.set('2026-08-03T12:00:00Z');
    expect(await keepPartitions(ctx)).toEqual({ created: 2, dropped: 2 });
    expect((await days(ctx))[0]).toBe('2026-05-05');
  });

  it('keeps what the organization with the longest retention keeps', async () => {
    await sql`insert into organizations (name, retention_days) values ('long', 120)`.execute(database.owner);
    expect(await keepPartitions(ctx)).toEqual({ created: 30, dropped: 0 });
  });

  it('finishes what a worker left when it died between detaching and dropping', async () => {
    const old = new Date('2026-01-01T00:00:00Z');
    await createPartitions(ctx.db, { from: old, to: old });
    await sql`alter table usage_records detach partition usage_partitions.usage_20260101`.execute(database.owner);
    await keepPartitions(ctx);
    const { rows } = await sql`select from pg_class where relname = 'usage_20260101'`.execute(database.owner);
    expect(rows).toEqual([]);
  });

  it('makes each day once when two workers run at the same time', async () => {
    clock.set(new Date(Date.parse('2026-08-03T12:00:00Z') + 20 * DAY).toISOString());
    await Promise.all([keepPartitions(ctx), keepPartitions(testContext(database.as('worker'), clock))]);
    const kept = await days(ctx);
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept.at(-1)).toBe('2026-08-30');
  });
});
