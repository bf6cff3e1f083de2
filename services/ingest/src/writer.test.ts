import { createCatalog } from '@tokengrip/core/cost/catalog';
import type { Db } from '@tokengrip/core/db/connection';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWriter, type WriterOptions } from './writer.ts';

const NOW = new Date('2026-08-01T12:00:00Z');

const catalog = createCatalog([
  {
    key: 'gpt-test',
    versionId: 1,
    entry: {
      provider: 'openai',
      mode: 'chat',
      rates: { input_cost_per_token: '0.000001', output_cost_per_token: '0.000002' },
    },
  },
]);

let made = 0;

/** A call of 100 tokens in and 10 out: 120 micro-USD. */
function call(more: object = {}): PreparedRecord {
  made += 1;
  const prepared = prepareRecord(
    {
      id: `019d0000-0000-7000-8000-${String(made).padStart(12, '0')}`,
      timestamp: '2026-08-01T11:59:00Z',
      source: 'openai.chat',
      model: 'gpt-test',
      usage: { prompt_tokens: 100, completion_tokens: 10 },
      ...more,
    },
    { owner: { projectId: 1, keyId: 1, captureContent: false, retentionDays: 90 } as never, catalog, now: NOW },
  );
  if (isRefused(prepared)) throw new Error(`${prepared.field} ${prepared.message}`);
  return prepared;
}

const calls = (count: number, more: object = {}) => Array.from({ length: count }, () => call(more));

describe('the writer', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name) values (1, 'One');
      insert into projects (id, organization_id, name) values (1, 1, 'A'), (2, 1, 'B')`.execute(database.owner);
  });
  afterEach(() => database.drop());

  const writer = (options?: WriterOptions) =>
    createWriter(testContext(database.as('ingest'), testClock(NOW.toISOString())), options);

  const sums = async () => {
    const { rows } = await sql<{ calls: bigint; cost: bigint; records: bigint; counted: bigint; spent: bigint }>`
      select (select coalesce(sum(calls), 0) from usage_15m) as calls,
        (select coalesce(sum(total_pico_usd), 0) from usage_15m) as cost,
        count(*) as records, count(*) filter (where duplicate_of is null) as counted,
        coalesce(sum(total_pico_usd) filter (where duplicate_of is null), 0) as spent
      from usage_calls`.execute(database.owner);
    const [row] = rows;
    if (!row) throw new Error('no sums');
    return row;
  };

  /** Waits until it is committed. */
  const seriesNamed = (model: string) =>
    vi.waitFor(
      async () => {
        const found = await sql`select id from usage_series where model = ${model}`.execute(database.owner);
        expect(found.rows).not.toHaveLength(0);
        return found;
      },
      { timeout: 10_000 },
    );

  it('writes requests that arrive together in one transaction', async () => {
    const commits: number[] = [];
    const { write } = writer({ onCommit: ({ rows }) => void commits.push(rows) });
    const replies = await Promise.all(calls(200).map((record) => write([record])));
    expect(replies.every(({ accepted }) => accepted === 1)).toBe(true);
    // Two start alone, since the slots are free; everybody else arrives while they are at it.
    expect(commits.sort((a, b) => a - b)).toEqual([1, 1, 198]);
    expect(await sums()).toMatchObject({ calls: 200n, records: 200n, cost: 200n * 120_000_000n });
  });

  it('never puts more into one transaction than its limit, nor splits a request', async () => {
    const commits: number[] = [];
    const { write } = writer({ onCommit: ({ rows }) => void commits.push(rows) });
    await Promise.all([
      write(calls(1)),
      write(calls(1)),
      write(calls(3_000)),
      write(calls(3_000)),
      write(calls(2_000)),
    ]);
    expect(commits.sort((a, b) => a - b)).toEqual([1, 1, 3_000, 5_000]);
  });

  it('counts a record that two requests carry at once for one of them', async () => {
    const { write } = writer();
    const record = call();
    const replies = await Promise.all([write([record, call()]), write([{ ...record }]), write([{ ...record }])]);
    expect(replies.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(2);
    expect(replies.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(2);
    expect(await sums()).toMatchObject({ calls: 2n, records: 2n });
  });

  it('loses only the record that the database refuses, whoever waits beside it', async () => {
    const { write } = writer();
    // Passed by a validation that was forgotten: PostgreSQL stores no NUL.
    const hostile = { ...call(), model: 'a\0b' };
    const first = write(calls(1));
    const others = calls(4_998).map((record) => write([record]));
    const guilty = write([call(), hostile]);
    expect(await first).toMatchObject({ accepted: 1 });
    for (const reply of await Promise.all(others)) expect(reply).toMatchObject({ accepted: 1 });
    const { accepted, duplicates, refused } = await guilty;
    expect([accepted, duplicates, [...refused.keys()]]).toEqual([1, 0, [hostile]]);
    expect(await sums()).toMatchObject({ calls: 5_000n, records: 5_000n });
  });

  it('leaves nothing of records whose sums the database refuses, though their COMMIT is sent already', async () => {
    await sql`alter table usage_15m add constraint refused check (feature <> 'refused')`.execute(database.owner);
    const { write } = writer();
    const [guilty] = calls(1, { feature: 'refused' });
    const { accepted, refused } = await write([...calls(2), guilty as PreparedRecord, ...calls(2)]);
    expect([accepted, [...refused.keys()]]).toEqual([4, [guilty]]);
    expect(await sums()).toMatchObject({ calls: 4n, records: 4n, cost: 4n * 120_000_000n });
  });

  it('commits nothing when the sums cannot even be sent', async () => {
    const { write } = writer();
    // Half a token is cut off in the record's column, and is no whole number of a sum.
    await expect(write([{ ...call(), tokens: { input: 1.5 } }])).rejects.toMatchObject({ code: 'unavailable' });
    expect(await sums()).toMatchObject({ calls: 0n, records: 0n });
  });

  it('adds a new series for everybody before it writes the records', async () => {
    const { write } = writer();
    await write(calls(1));
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    // Another writer that has met the series and is in the middle of its records.
    const other = writer();
    const held = database.owner.transaction().execute(async (tx: Db) => {
      await sql`lock table usage_15m in share mode`.execute(tx);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const slow = other.write(calls(1, { model: 'new-model' }));
    const { rows } = await seriesNamed('new-model');
    expect(rows).toHaveLength(1);
    release.resolve();
    await held;
    expect(await slow).toMatchObject({ accepted: 1 });
    expect(await write(calls(1, { model: 'new-model' }))).toMatchObject({ accepted: 1 });
    expect((await seriesNamed('new-model')).rows).toHaveLength(1);
  });

  /** Makes the database stand still until `release`. */
  async function standstill(): Promise<() => Promise<void>> {
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const held = database.owner.transaction().execute(async (tx: Db) => {
      await sql`lock table usage_records, usage_15m in access exclusive mode`.execute(tx);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    return async () => {
      release.resolve();
      await held;
    };
  }

  it('asks senders to come back when its queue is full, and takes them when there is room', async () => {
    const { write, depth } = writer({ maxRecords: 10 });
    const release = await standstill();
    const waiting = [write(calls(4)), write(calls(4))];
    await expect(write(calls(3))).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 });
    waiting.push(write(calls(2)));
    expect(depth()).toBe(10);
    await release();
    expect((await Promise.all(waiting)).map(({ accepted }) => accepted)).toEqual([4, 4, 2]);
    expect(depth()).toBe(0);
    expect(await write(calls(10))).toMatchObject({ accepted: 10 });
  });

  it('answers who has waited too long, and forgets what it has not begun', async () => {
    const { write, depth } = writer({ deadlineMs: 100 });
    const release = await standstill();
    const begun = [write(calls(1)), write(calls(1))].map((reply) => reply.catch((error: unknown) => error));
    const queued = write(calls(5)).catch((error: unknown) => error);
    for (const reply of await Promise.all([...begun, queued])) expect(reply).toMatchObject({ code: 'unavailable' });
    expect(depth()).toBe(2);
    await release();
    await expect.poll(depth).toBe(0);
    expect(await sums()).toMatchObject({ calls: 2n, records: 2n });
  });

  it('loses nothing and never deadlocks when eight write the same buckets from two replicas', async () => {
    const replicas = [writer(), writer()];
    const batches = Array.from({ length: 8 }, () => calls(400));
    const replies = await Promise.all(batches.map((batch, i) => replicas[i % 2]?.write(batch)));
    expect(replies.map((reply) => reply?.accepted)).toEqual(Array(8).fill(400));
    expect(await sums()).toMatchObject({ calls: 3_200n, records: 3_200n, cost: 3_200n * 120_000_000n });
    expect(await deadlocks()).toBe(0n);
  });

  it('takes the same batch twice at once in opposite order for one batch', async () => {
    for (let round = 0; round < 10; round += 1) {
      const batch = calls(300);
      const replies = await Promise.all([writer().write(batch), writer().write([...batch].reverse())]);
      expect(replies.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(300);
      expect(replies.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(300);
    }
    expect(await sums()).toMatchObject({ calls: 3_000n, records: 3_000n });
    expect(await deadlocks()).toBe(0n);
  });

  const deadlocks = async () => {
    // The statistics of a connection's transactions are written when it is idle, or when it is told to.
    const { rows } = await sql<{ deadlocks: bigint }>`
      select deadlocks from pg_stat_database where datname = current_database()`.execute(database.owner);
    return rows[0]?.deadlocks;
  };

  describe('a response that two sources report', () => {
    const response = { responseId: 'chatcmpl-1' };
    const proxied = { ...response, source: 'openai-compatible.chat', provider: 'openai' };

    const duplicates = async () => {
      const { rows } = await sql<{ event_id: string; duplicate_of: string }>`
        select event_id, duplicate_of from usage_calls where duplicate_of is not null`.execute(database.owner);
      return rows;
    };

    it('is counted once and visible twice', async () => {
      const { write } = writer();
      const [first, second] = [call(response), call(proxied)];
      await write([first]);
      expect(await write([second])).toMatchObject({ accepted: 1, duplicates: 0 });
      expect(await duplicates()).toEqual([{ event_id: second.eventId, duplicate_of: first.eventId }]);
      expect(await sums()).toMatchObject({ calls: 1n, records: 2n, counted: 1n, cost: 120_000_000n });
    });

    it('is counted once within a batch, and when both are sent again', async () => {
      const { write } = writer();
      const pair = [call(proxied), call(response)];
      await write(pair);
      expect(await write(pair)).toMatchObject({ accepted: 0, duplicates: 2 });
      expect(await duplicates()).toHaveLength(1);
      expect(await sums()).toMatchObject({ calls: 1n, records: 2n, counted: 1n });
    });

    it('is counted once when both arrive at the same time at two replicas', async () => {
      for (let round = 0; round < 10; round += 1) {
        const both = [call({ responseId: `r-${round}` }), call({ ...proxied, responseId: `r-${round}` })];
        await Promise.all(both.map((record) => writer().write([record])));
      }
      expect(await sums()).toMatchObject({ calls: 10n, records: 20n, counted: 10n, spent: 10n * 120_000_000n });
    });

    it('is two calls when one source reports the id twice, or when projects or providers differ', async () => {
      const { write } = writer();
      const elsewhere = { ...call(proxied), projectId: 2 };
      await write([call(response), call(response), elsewhere, call({ ...proxied, provider: 'azure' })]);
      expect(await sums()).toMatchObject({ calls: 4n, records: 4n, counted: 4n });
    });
  });
});
