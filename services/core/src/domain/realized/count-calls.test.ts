import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPartitions } from '../../db/partitions.ts';
import { testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { loadPriceSnapshot } from '../prices/load-snapshot.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { selectionOf } from '../whatif/selection.ts';
import { countCalls } from './count-calls.ts';
import { prepare } from './testing.ts';

let database: TestDatabase;

/** At 2.5 USD a million, an input of 400 tokens costs 0.001 USD. */
const call = (timestamp: string, hash: string | undefined, input: number, more: object = {}) => ({
  timestamp,
  source: 'openai.chat' as const,
  provider: 'openai',
  model: 'gpt-5.4',
  usage: { prompt_tokens: input, completion_tokens: 0, total_tokens: input },
  ...(hash === undefined ? {} : { requestHash: hash.repeat(32) }),
  ...more,
});

beforeAll(async () => {
  database = await createTestDatabase();
  const { owner } = database;
  await createPartitions(owner, { from: new Date('2026-05-01'), to: new Date('2026-05-04') });
  await sql`insert into organizations (id, name) values (1, 'One')`.execute(owner);
  await sql`insert into projects (id, organization_id, name) values (11, 1, 'A')`.execute(owner);
  await loadPriceSnapshot(owner, testContext(owner).log);
  const catalog = await loadOrganizationCatalog(owner, 1);
  const records = [
    call('2026-05-01T10:00:00Z', 'a', 400),
    call('2026-05-01T11:00:00Z', 'a', 400),
    call('2026-05-01T12:00:00Z', 'a', 400),
    call('2026-05-01T13:00:00Z', 'b', 800),
    call('2026-05-01T14:00:00Z', undefined, 400),
    call('2026-05-01T15:00:00Z', undefined, 400),
    // Already the next day in Berlin.
    call('2026-05-01T23:00:00Z', 'a', 400),
    call('2026-05-02T12:00:00Z', 'c', 400, { status: 'error', errorType: 'interrupted' }),
    call('2026-05-02T13:00:00Z', 'c', 400, { model: 'nobody-knows-it' }),
  ];
  await storeUsage(
    testContext(database.as('ingest')),
    records.map((record) => prepare(catalog, record)),
  );
}, 60_000);
afterAll(() => database.drop());

const count = (unit: 'distinct_requests' | 'ok_calls') =>
  countCalls(
    testContext(database.as('worker')),
    1,
    selectionOf({ from: '2026-05-01T00:00:00Z', to: '2026-05-03T00:00:00Z' }, [11]),
    { unit, timeZone: 'Europe/Berlin' },
  );

const CALL = 10n ** 9n;

it('counts a request once a local day however often it is repeated, and one without a hash by itself', async () => {
  const found = (await count('distinct_requests')).map(({ day, new: group }) => ({ day, ...group }));
  expect(found).toMatchObject([
    { day: '2026-05-01', calls: 6, units: 4, unpricedCalls: 0, cost: 7n * CALL, otherwise: { other: 5n * CALL } },
    { day: '2026-05-02', calls: 3, units: 2, unpricedCalls: 1, cost: 2n * CALL, otherwise: { other: 2n * CALL } },
  ]);
});

it('counts successful calls apart from the failed ones, with what they cost', async () => {
  const found = (await count('ok_calls')).map(({ day, new: group }) => ({ day, ...group }));
  expect(found).toMatchObject([
    { day: '2026-05-01', calls: 6, units: 6, unpricedCalls: 0, cost: 7n * CALL, otherwise: { other: 7n * CALL } },
    { day: '2026-05-02', calls: 3, units: 2, unpricedCalls: 1, cost: 2n * CALL, otherwise: { other: CALL } },
  ]);
});
