import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Plan } from '../../contract/teams.ts';
import { createPartitions } from '../../db/partitions.ts';
import { inScope } from '../../db/scope.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { applyOperatorLimit, changeTerms, previewRetention } from './change-retention.ts';
import { purgeRecords } from './purge-records.ts';

const clock = testClock('2026-08-01T12:00:00Z');
const AGES = [6, 8, 29, 31, 89, 91];
const limits = { RETENTION_MAX_DAYS: 365 };

describe('retention', () => {
  let database: TestDatabase;
  let api: Context;
  let worker: Context;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = testContext(database.as('api'), clock);
    worker = testContext(database.as('worker'), clock);
    await createPartitions(database.owner, { from: new Date(clock.now().getTime() - 95 * DAY), to: clock.now() });
    await sql`
      insert into organizations (id, name, plan, retention_days)
        select id, 'O', 'enterprise', 365 from unnest(array[1, 2, 3, 4]) as id;
      insert into projects (id, organization_id, name) select id * 10, id, 'P' from unnest(array[1, 2, 3, 4]) as id`.execute(
      database.owner,
    );
    for (const projectId of [10, 20, 30, 40]) {
      const aged = AGES.map((age) => testRecord({ projectId, ts: new Date(clock.now().getTime() - age * DAY) }));
      await storeUsage(worker, aged);
    }
  });
  afterAll(() => database.drop());

  const change = (organizationId: number, terms: { plan?: Plan; retentionDays?: number; confirmed?: boolean }) =>
    inScope(api, { organizationId }, (tx) => changeTerms(tx, organizationId, { ...terms, limits, now: clock.now() }));
  const ages = async (projectId: number) => {
    const { rows } = await sql<{ ts: Date }>`
      select ts from usage_calls where project_id = ${projectId} order by ts desc`.execute(database.owner);
    return rows.map(({ ts }) => Math.round((clock.now().getTime() - ts.getTime()) / DAY));
  };

  it('says what it would delete, and deletes it only when that is confirmed', async () => {
    const preview = await inScope(api, { organizationId: 3 }, (tx) =>
      previewRetention(tx, 3, { retentionDays: 30, now: clock.now() }),
    );
    expect(preview).toMatchObject({
      records: 3,
      before: '2026-07-02T00:00:00.000Z',
      oldest: '2026-05-02T12:00:00.000Z',
    });
    await expect(change(3, { retentionDays: 30 })).rejects.toMatchObject({
      code: 'confirmation_required',
      message: expect.stringContaining('3'),
    });
    expect(await change(3, { retentionDays: 30, confirmed: true })).toEqual({ plan: 'enterprise', retentionDays: 30 });
  });

  it('keeps each plan to its days', async () => {
    await expect(change(1, { plan: 'free', retentionDays: 8 })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await change(1, { plan: 'free', confirmed: true })).toEqual({ plan: 'free', retentionDays: 7 });
    expect(await change(2, { plan: 'pro', confirmed: true })).toEqual({ plan: 'pro', retentionDays: 90 });
    await expect(change(4, { retentionDays: 366 })).rejects.toMatchObject({ fields: [{ field: 'retentionDays' }] });
  });

  it.each([
    ['Free', 10, [6]],
    ['Pro', 20, [6, 8, 29, 31, 89]],
    ['30 days', 30, [6, 8, 29]],
    ['a year', 40, AGES],
  ])('leaves of %s what is younger, and nothing else', async (_plan, projectId, kept) => {
    await purgeRecords(worker);
    expect(await ages(projectId)).toEqual(kept);
    expect(await purgeRecords(worker)).toEqual({ records: 0 });
    const { rows } = await sql<{ calls: bigint }>`
      select sum(calls) as calls from usage_15m where project_id = ${projectId}`.execute(database.owner);
    expect(Number(rows[0]?.calls)).toBe(AGES.length);
  });

  it('cuts what is longer than the operator allows, and says so', async () => {
    await inScope(worker, {}, (tx) => applyOperatorLimit(tx, { RETENTION_MAX_DAYS: 60 }));
    const { rows } = await sql<{ days: number[] }>`
      select array_agg(retention_days order by id) as days from organizations`.execute(database.owner);
    expect(rows[0]?.days).toEqual([7, 60, 30, 60]);
    const { rows: lines } = await sql`
      select organization_id from audit_log where actor = 'system' and after ->> 'by' = 'operator'
      order by organization_id`.execute(database.owner);
    expect(lines).toEqual([{ organization_id: 2 }, { organization_id: 4 }]);
  });
});
