import type { UsageForecast } from '@tokengrip/core/contract/forecast';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { testContext } from '@tokengrip/core/testing/context';
import { testRecord } from '@tokengrip/core/testing/usage-record';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const HOUR = 3_600_000;
/** 12:00 of 16 August in India. */
const NOW = Date.parse('2026-08-16T06:30:00Z');
const USD = 10n ** 12n;

describe('the forecast over the api', () => {
  let api: TestApi;
  let projectId: number;

  beforeAll(async () => {
    api = await startTestApi();
    api.clock.set(new Date(NOW).toISOString());
    api.signIn(
      await api.post('/auth/setup', {
        email: 'ada@example.com',
        name: 'Ada',
        password: 'a long enough password',
        timeZone: 'Asia/Kolkata',
      }),
    );
    const { rows } = await sql<{ id: number }>`select id from projects`.execute(api.database.owner);
    projectId = rows[0]?.id ?? 0;
    await sql`insert into organizations (id, name) values (99, 'Other');
      insert into projects (id, organization_id, name) values (990, 99, 'Theirs');
      insert into projects (id, organization_id, name) select 991, organization_id, 'New' from projects where id <> 990`.execute(
      api.database.owner,
    );
    await createPartitions(api.database.owner, { from: new Date(NOW - 41 * 24 * HOUR), to: new Date(NOW + HOUR) });
    // A dollar an hour, at its half.
    const records = (project: number, hours: number, usd: bigint) =>
      Array.from({ length: hours }, (_, i) =>
        testRecord({ projectId: project, ts: new Date(NOW - i * HOUR - HOUR / 2), totalPicoUsd: usd * USD }),
      );
    const ingest = testContext(api.database.as('ingest'));
    await storeUsage(ingest, records(projectId, 40 * 24, 1n));
    await storeUsage(ingest, records(990, 100, 1_000n));
    await storeUsage(ingest, records(991, 36, 0n));
  });
  afterAll(() => api.close());

  const forecast = async (query = ''): Promise<UsageForecast> => {
    const reply = await api.get(`/forecast${query}`);
    expect(reply.statusCode).toBe(200);
    return reply.json();
  };

  it('is of the month in the organization’s zone, of its own projects, with the range and what it rests on', async () => {
    const { total, spent, ...rest } = await forecast();
    expect(rest).toMatchObject({
      start: '2026-07-31T18:30:00.000Z',
      end: '2026-08-31T18:30:00.000Z',
      timeZone: 'Asia/Kolkata',
      basis: 'pattern',
      confidence: 0.8,
    });
    // 15 days and 12 hours are over; the hour in which the month begins may be counted with either.
    expect(Math.abs(Number(spent) - 372)).toBeLessThanOrEqual(1);
    expect(Math.abs(Number(total?.expected) - 744)).toBeLessThan(15);
    expect(Number(total?.low)).toBeLessThan(Number(total?.expected));
    expect(Number(total?.high)).toBeGreaterThan(Number(total?.expected));
  });

  it('says that nothing carries one where there were no days yet, instead of a number', async () => {
    expect(await forecast('?projectId=991')).toMatchObject({ basis: 'none', spent: '0', total: null });
  });

  it('knows nothing of a project of somebody else', async () => {
    expect((await api.get('/forecast?projectId=990')).statusCode).toBe(404);
  });

  it('is for members only', async () => {
    const reply = await api.get('/forecast', { cookie: '' });
    expect(reply.statusCode).toBe(401);
  });
});
