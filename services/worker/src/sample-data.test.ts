import type { Context } from '@tokengrip/core/context';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { deleteProject } from '@tokengrip/core/domain/projects/delete-project';
import { fillSampleProject } from '@tokengrip/core/domain/sample-data/fill-sample-project';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { testRedis } from '@tokengrip/core/testing/redis';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROJECT = { organizationId: 1, projectId: 11 };
const SIZE = { days: 10, calls: 4_000 };

describe('sample data', () => {
  let database: TestDatabase;
  let redis: Redis;
  let ctx: Context & { redis: Redis };

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = testRedis();
    ctx = { ...testContext(database.as('worker'), testClock('2026-08-01T12:00:00Z')), redis };
    await sql`
      insert into organizations (id, name) values (1, 'One');
      insert into projects (id, organization_id, name, demo) values (11, 1, 'Sample data', true)`.execute(
      database.owner,
    );
    await loadPriceSnapshot(database.as('worker'), ctx.log);
  });
  afterAll(async () => {
    redis.disconnect();
    await database.drop();
  });

  const steps = () => {
    const seen: number[] = [];
    return { seen, signal: new AbortController().signal, progress: async (done: number) => void seen.push(done) };
  };

  const sums = async () => {
    const { rows } = await sql<Record<string, bigint>>`
      select
        (select count(*) from usage_calls where project_id = 11) as records,
        (select sum(calls) from usage_15m where project_id = 11) as calls,
        (select sum(total_pico_usd) from usage_calls where project_id = 11) as cost,
        (select sum(total_pico_usd) from usage_15m where project_id = 11) as summed,
        (select count(*) from usage_calls where cost_status = 'unreadable') as unreadable`.execute(database.owner);
    return rows[0] ?? {};
  };

  it('is read and priced like any other traffic, up to now', async () => {
    const { records } = await fillSampleProject(ctx, PROJECT, steps(), SIZE);
    const { cost, summed, calls, unreadable, ...rest } = await sums();
    expect(rest).toEqual({ records: BigInt(records) });
    expect(calls).toBe(BigInt(records));
    expect(summed).toBe(cost);
    expect(unreadable).toBe(0n);
    expect(records).toBeGreaterThan(3_000);
    const { rows } = await sql<{ last: Date }>`select max(ts) as last from usage_calls`.execute(database.owner);
    expect(rows[0]?.last.getTime()).toBeLessThanOrEqual(ctx.clock.now().getTime());
  });

  it('adds nothing when it is loaded again, and all that is missing after an interruption', async () => {
    const before = await sums();
    expect(await fillSampleProject(ctx, PROJECT, steps(), SIZE)).toEqual({ records: 0 });
    expect(await sums()).toEqual(before);
  });

  it('is removed with everything in it', async () => {
    await deleteProject(ctx, PROJECT, steps());
    for (const table of ['projects', 'usage_records', 'usage_15m']) {
      expect((await sql`select from ${sql.id(table)}`.execute(database.owner)).rows, table).toEqual([]);
    }
  });
});
