import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { BoundedMemory } from './bounded-memory.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { recallSeries, resolveSeries } from './resolve-series.ts';

const BASE = {
  projectId: 11,
  keyId: 1,
  source: 'openai.chat',
  provider: 'openai',
  model: 'gpt-5.4',
  feature: 'chat',
  environment: null,
  requestedTier: null,
  reasoningEffort: null,
  finishReason: 'stop',
  streamed: true,
  interactive: null,
};
const record = (differs: Partial<typeof BASE> | { feature: string | null; environment: string | null } = {}) =>
  ({ ...BASE, ...differs }) as unknown as PreparedRecord;

describe('resolveSeries', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const resolve = (records: readonly PreparedRecord[], memory?: BoundedMemory<number>) => {
    const { db } = testContext(database.as('ingest'));
    return db.transaction().execute((tx) => resolveSeries(tx, recallSeries(records, memory), memory));
  };
  const count = async () => {
    const { rows } = await sql<{ n: bigint }>`select count(*) as n from usage_series`.execute(database.owner);
    return Number(rows[0]?.n);
  };

  it('gives alike records one series, and tells null from empty and one name from two', async () => {
    const records = [
      record(),
      record(),
      record({ feature: null, environment: 'chat' }),
      record({ feature: '', environment: null }),
      record({ feature: null, environment: null }),
      record({ feature: `${'é'.repeat(128)}\u0001"'\\`, environment: null }),
    ];
    const ids = await resolve(records);
    expect(ids.get(records[0] as PreparedRecord)).toBe(ids.get(records[1] as PreparedRecord));
    expect(new Set(ids.values()).size).toBe(5);
    expect([...(await resolve(records)).values()]).toEqual([...ids.values()]);
    expect(await count()).toBe(5);
  });

  it('adds what two writers bring at once a single time, in whatever order they bring it', async () => {
    const before = await count();
    const records = Array.from({ length: 200 }, (_, i) => record({ model: `m${i}` }));
    const [a, b] = await Promise.all([resolve(records), resolve([...records].reverse())]);
    expect(await count()).toBe(before + 200);
    for (const one of records) expect(a.get(one)).toBe(b.get(one));
  });

  it('does not rely later on what was rolled back', async () => {
    const memory = new BoundedMemory<number>();
    const { db } = testContext(database.as('ingest'));
    const one = record({ model: 'rolled-back' });
    const undone = db.transaction().execute(async (tx) => {
      await resolveSeries(tx, recallSeries([one], memory), memory);
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    const id = (await resolve([one], memory)).get(one);
    const { rows } = await sql<{ model: string }>`select model from usage_series where id = ${id}`.execute(
      database.owner,
    );
    expect(rows).toEqual([{ model: 'rolled-back' }]);
  });

  it('asks nothing of the database for what it has met, and forgets when a sender has too many names', async () => {
    const memory = new BoundedMemory<number>(3);
    const known = [record({ model: 'x' }), record({ model: 'y' })];
    await resolve(known, memory);
    await resolve(known, memory);
    await sql`update usage_series set hash = gen_random_uuid() where model = 'x'`.execute(database.owner);
    const before = await count();
    await resolve(known, memory);
    expect(await count()).toBe(before);
    const many = [record({ model: 'n1' }), record({ model: 'n2' }), record({ model: 'n3' })];
    await resolve(many, memory);
    await resolve(many, memory);
    await resolve(known, memory);
    expect(await count()).toBe(before + 4);
  });
});
