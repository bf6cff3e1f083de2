import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listUnpriced } from './list-unpriced.ts';
import { startRecosting } from './start-recosting.ts';
import { START_MS, startTestRecosting, type TestRecosting } from './testing.ts';

const CHEAP = { input_cost_per_token: '0.000001', output_cost_per_token: '0.000002' };
const DEAR = { input_cost_per_token: '0.00001', output_cost_per_token: '0.00002' };

const call = (minute: number, more: object = {}) => ({
  source: 'openai.chat',
  model: 'alpha',
  timestamp: new Date(START_MS + minute * 60_000).toISOString(),
  usage: { prompt_tokens: 100, completion_tokens: 10 },
  latencyMs: 300 + minute,
  ...more,
});

describe('re-costing', () => {
  let test: TestRecosting;

  beforeEach(async () => {
    test = await startTestRecosting();
  });
  afterEach(() => test.close());

  async function store(...records: object[]) {
    await test.write(await Promise.all(records.map((record) => test.prepare(record))));
  }

  async function expectExactSums() {
    const { actual, expected } = await test.rollups();
    expect(actual).toEqual(expected);
  }

  /** For a lock that another transaction of this database holds. */
  const somebodyWaits = () =>
    vi.waitUntil(async () => {
      const { rows } = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        test.database.owner,
      );
      return rows.length > 0;
    });

  it('finds nothing to change while prices and readers are the same', async () => {
    await test.setPrice('openai/alpha', CHEAP);
    await store(
      call(0),
      call(1, { status: 'error', usage: undefined }),
      call(2, { model: 'nobody-knows' }),
      call(3, { usage: { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 9 } } }),
      call(4, { serviceTier: 'flex', units: { seconds: 2.5 } }),
    );
    expect((await test.preview()).preview).toMatchObject({ calls: 5, changedCalls: 0, keptCalls: 0 });
  });

  it('prices what had no price, shows the difference before it is made, and takes it back to the last bit', async () => {
    await store(call(0), call(1), call(40));
    await test.setPrice('openai/alpha', CHEAP);
    const before = await test.rows();
    const previewed = await test.preview();
    expect(previewed).toMatchObject({
      state: 'previewed',
      actions: ['apply'],
      preview: {
        calls: 3,
        changedCalls: 3,
        costBefore: '0',
        costAfter: '0.00036',
        uncostedBefore: 3,
        uncostedAfter: 0,
      },
    });
    expect(await test.rows()).toEqual(before);
    expect((await test.detail(previewed.id)).lines).toMatchObject([
      { month: '2026-07', provider: 'openai', model: 'alpha', calls: 3, changedCalls: 3, costAfter: '0.00036' },
    ]);

    const applied = await test.apply(previewed.id);
    expect(applied).toMatchObject({ state: 'applied', effect: { changedRecords: 3, difference: '0.00036' } });
    await expectExactSums();
    expect((await test.preview()).preview).toMatchObject({ changedCalls: 0, costBefore: '0.00036' });

    expect(await test.undo(applied.id)).toMatchObject({
      state: 'undone',
      effect: { changedRecords: 3, restoredRecords: 3, notRestoredRecords: 0, difference: '0' },
    });
    expect(await test.rows()).toEqual(before);
    await expectExactSums();
    const kept = await sql`select from recosting_changes`.execute(test.database.owner);
    expect(kept.rows).toEqual([]);
  });

  it('touches the quarters of an hour whose sums change, and no others', async () => {
    await store(call(0), call(40, { model: 'beta' }));
    await sql`delete from usage_touched`.execute(test.database.owner);
    await test.setPrice('openai/alpha', CHEAP);
    await test.apply((await test.preview()).id);
    const { rows } = await sql<{ bucket: Date }>`select bucket from usage_touched`.execute(test.database.owner);
    expect(rows.map(({ bucket }) => bucket.getTime())).toEqual([START_MS]);
  });

  it('heals a record that could not be read, and moves it to the tier that its usage names', async () => {
    await test.setPrice('openai/alpha', CHEAP);
    const usage = { prompt_tokens: 100, completion_tokens: 10, service_tier: 'flex' };
    const readable = await test.prepare(call(0, { usage: { usage, service_tier: 'flex' }, timeToFirstTokenMs: 90 }));
    expect(readable.serviceTier).toBe('flex');
    // As a reader that did not know this form has stored it, next to a call that was read.
    const unread = {
      ...readable,
      costStatus: 'unreadable' as const,
      tokens: {},
      costs: {},
      totalPicoUsd: null,
      priceVersionId: null,
      priceMatch: 'no_known_field',
      serviceTier: null,
      approximate: [],
    };
    await test.write([unread, await test.prepare(call(1))]);
    const before = await test.rows();
    const { id, preview } = await test.preview({ onlyUnpriced: true });
    expect(preview).toMatchObject({ calls: 1, changedCalls: 1, uncostedBefore: 1, uncostedAfter: 0 });
    await test.apply(id);
    await expectExactSums();
    const { rows } = await sql`
      select service_tier, cost_status, total_pico_usd from usage_calls where latency_ms = 300`.execute(
      test.database.owner,
    );
    expect(rows).toEqual([{ service_tier: 'flex', cost_status: 'priced', total_pico_usd: readable.totalPicoUsd }]);
    await test.undo(id);
    await expectExactSums();
    expect(await test.rows()).toEqual(before);
  });

  it.each([
    [
      'Gemini with more parts than the whole can hold',
      'gemini.generate-content',
      {
        promptTokenCount: 1_000,
        cachedContentTokenCount: 900,
        candidatesTokenCount: 5,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 900 }],
      },
    ],
    ['more cached than prompt', 'openai.chat', { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 9 } }],
    ['null fields', 'openai.chat', { prompt_tokens: 7, completion_tokens: null, prompt_tokens_details: null }],
    ['texts for numbers', 'openai.chat', { prompt_tokens: '7', completion_tokens: '3' }],
    ['nothing that is known', 'openai.chat', { tokens_in: 7 }],
  ])('loses no call with odd usage: %s', async (_name, source, usage) => {
    await test.setPrice('openai/alpha', CHEAP);
    await test.setPrice('gemini/alpha', { ...CHEAP, cache_read_input_token_cost: '0.0000001' });
    await store(call(0, { source, usage }));
    const { rows } = await sql<{ raw_usage: unknown; cost_status: string }>`
      select raw_usage, cost_status from usage_calls`.execute(test.database.owner);
    expect(rows).toMatchObject([{ raw_usage: usage }]);
    const query = { from: new Date(START_MS).toISOString(), to: new Date(START_MS + 3_600_000).toISOString() };
    const { coverage, models } = await listUnpriced(
      test.worker.db,
      { id: 1, timeZone: 'UTC' },
      query,
      test.clock.now(),
    );
    const isUnread = rows[0]?.cost_status === 'unreadable';
    expect(coverage).toEqual({
      calls: 1,
      pricedCalls: isUnread ? 0 : 1,
      unpricedCalls: 0,
      unreadableCalls: isUnread ? 1 : 0,
    });
    expect(models).toHaveLength(isUnread ? 1 : 0);
    expect((await test.preview()).preview).toMatchObject({ calls: 1, changedCalls: 0 });
  });

  it('keeps the cost of a call whose usage was erased, and corrects it from the counts where it can', async () => {
    await test.setPrice('openai/alpha', CHEAP);
    await store(call(0), call(1, { usage: { usage: { prompt_tokens: 100, completion_tokens: 10 } } }));
    await sql`update usage_records set raw_usage = null where latency_ms = 300`.execute(test.database.owner);
    await test.setPrice('openai/alpha', DEAR);
    expect((await test.preview()).preview).toMatchObject({
      changedCalls: 2,
      costBefore: '0.00024',
      costAfter: '0.0024',
    });
    await test.setPrice('openai/alpha', undefined);
    expect((await test.preview()).preview).toMatchObject({ changedCalls: 1, keptCalls: 1, uncostedAfter: 1 });
  });

  it('re-costs duplicates, and counts them in no sum', async () => {
    await store(
      call(0, { responseId: 'r1' }),
      call(0, {
        responseId: 'r1',
        source: 'openai.responses',
        usage: { input_tokens: 100, output_tokens: 10 },
      }),
    );
    const { rows } = await sql`select from usage_calls where duplicate_of is not null`.execute(test.database.owner);
    expect(rows).toHaveLength(1);
    await test.setPrice('openai/alpha', CHEAP);
    const { id, preview } = await test.preview();
    expect(preview).toMatchObject({ calls: 1, changedCalls: 1, changedDuplicates: 1, costAfter: '0.00012' });
    expect((await test.apply(id)).effect).toMatchObject({ changedRecords: 2, difference: '0.00012' });
    await expectExactSums();
  });

  it('refuses to apply a preview of other prices, and one of records that another re-costing has changed', async () => {
    await store(call(0), call(1, { model: 'beta' }));
    await test.setPrice('openai/alpha', CHEAP);
    const first = await test.preview({ model: ['alpha'] });
    const second = await test.preview();
    await test.apply(first.id);
    await expect(test.apply(second.id)).rejects.toMatchObject({
      code: 'conflict',
      message: /re-costing 1 has changed/,
    });
    const third = await test.preview();
    await test.setPrice('openai/beta', CHEAP);
    await expect(test.apply(third.id)).rejects.toMatchObject({ code: 'conflict', message: /[Pp]rices have changed/ });
  });

  it('undoes what stands on top first', async () => {
    await store(call(0));
    const before = await test.rows();
    await test.setPrice('openai/alpha', CHEAP);
    const lower = await test.preview();
    await test.apply(lower.id);
    await test.setPrice('openai/alpha', DEAR);
    const upper = await test.preview();
    await test.apply(upper.id);
    await expect(test.undo(lower.id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`re-costing ${upper.id} `),
    });
    await test.undo(upper.id);
    await test.undo(lower.id);
    expect(await test.rows()).toEqual(before);
    await expectExactSums();
  });

  it('leaves a record alone that is gone or was changed by something else when it is undone', async () => {
    await store(call(0), call(1), call(2));
    await test.setPrice('openai/alpha', CHEAP);
    const { id } = await test.apply((await test.preview()).id);
    await sql`update usage_records set recosting_id = null where latency_ms = 301`.execute(test.database.owner);
    const changed = (await test.rows())[1];
    await sql`delete from usage_records where latency_ms = 302`.execute(test.database.owner);
    expect((await test.undo(id)).effect).toMatchObject({ restoredRecords: 1, notRestoredRecords: 2 });
    expect((await test.rows())[1]).toBe(changed);
  });

  it('runs one at a time for an organization', async () => {
    const actor = { organizationId: 1, userId: 1, timeZone: 'UTC' };
    const results = await Promise.allSettled([1, 2, 3].map(() => startRecosting(test.api, actor, {})));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    }
  });

  it('goes on where it was cancelled, or takes back what was done by then', async () => {
    await store(...Array.from({ length: 10 }, (_, i) => call(i)));
    const before = await test.rows();
    await test.setPrice('openai/alpha', CHEAP);
    const { id } = await test.preview();
    let pages = 0;
    const cancelAfterTwo = async () => {
      pages += 1;
      if (pages === 2) await test.cancel(id);
    };
    const cancelled = await test.apply(id, { pageRows: 3, progress: cancelAfterTwo });
    expect(cancelled).toMatchObject({ state: 'cancelled', step: 'apply', effect: { changedRecords: 6 } });
    expect(cancelled.actions).toEqual(['apply', 'undo']);
    await expectExactSums();
    expect(await test.apply(id, { pageRows: 3 })).toMatchObject({ state: 'applied', effect: { changedRecords: 10 } });
    await expectExactSums();

    pages = 0;
    const half = await test.undo(id, { pageRows: 3, progress: cancelAfterTwo });
    expect(half).toMatchObject({ state: 'cancelled', step: 'undo', actions: ['undo'], effect: { restoredRecords: 6 } });
    await expectExactSums();
    expect(await test.undo(id, { pageRows: 3 })).toMatchObject({ state: 'undone', effect: { restoredRecords: 10 } });
    expect(await test.rows()).toEqual(before);
  });

  it('counts each record once when a worker dies and when two run at once', async () => {
    await store(...Array.from({ length: 30 }, (_, i) => call(i)));
    await test.setPrice('openai/alpha', CHEAP);
    const { id, preview } = await test.preview();
    const dying = new AbortController();
    const die = async () => dying.abort();
    await expect(test.apply(id, { pageRows: 4, progress: die, signal: dying.signal })).rejects.toThrow();
    expect(await test.read(id)).toMatchObject({ state: 'applying', effect: { changedRecords: 4 } });
    await Promise.all([test.run(id, { pageRows: 4 }), test.run(id, { pageRows: 4 }), test.run(id, { pageRows: 4 })]);
    expect(await test.read(id)).toMatchObject({
      state: 'applied',
      effect: { changedRecords: 30, difference: preview.costAfter },
    });
    await expectExactSums();
  });

  it('fails, and says why, when prices change in the middle; what was applied can be undone', async () => {
    await store(...Array.from({ length: 10 }, (_, i) => call(i)));
    const before = await test.rows();
    await test.setPrice('openai/alpha', CHEAP);
    const { id } = await test.preview();
    const dying = new AbortController();
    const die = async () => dying.abort();
    await expect(test.apply(id, { pageRows: 4, progress: die, signal: dying.signal })).rejects.toThrow();
    await test.setPrice('openai/alpha', DEAR);
    await test.run(id);
    expect(await test.read(id)).toMatchObject({ state: 'failed', failure: 'prices_changed', actions: ['undo'] });
    await test.undo(id);
    expect(await test.rows()).toEqual(before);
    await expectExactSums();
  });

  it('begins a dry run anew when prices change in the middle of it', async () => {
    await store(...Array.from({ length: 10 }, (_, i) => call(i)));
    await test.setPrice('openai/alpha', CHEAP);
    const { id } = await startRecosting(test.api, { organizationId: 1, userId: 1, timeZone: 'UTC' }, {});
    const dying = new AbortController();
    const die = async () => dying.abort();
    await expect(test.run(id, { pageRows: 4, progress: die, signal: dying.signal })).rejects.toThrow();
    await test.setPrice('openai/alpha', DEAR);
    await test.run(id);
    const { recosting, lines } = await test.detail(id);
    expect(recosting.preview).toMatchObject({ calls: 10, costAfter: '0.012' });
    expect(lines).toMatchObject([{ calls: 10, costAfter: '0.012' }]);
  });

  it('changes what a record says when it is written, not what it said when it was read', async () => {
    await store(call(0), call(40), call(41));
    await test.setPrice('openai/alpha', CHEAP);
    const { id } = await test.preview();
    const other = await test.database.owner.startTransaction().execute();
    await sql`update usage_records set raw_usage = '{"prompt_tokens": 200}' where latency_ms = 300`.execute(other);
    await sql`delete from usage_records where latency_ms = 340`.execute(other);
    await sql`update usage_15m set calls = 1, unpriced_calls = 1, input_tokens = 100, output_tokens = 10,
      latency_histogram = histogram_subtract(latency_histogram, array[(33 << 24) + 1])
      where calls = 2`.execute(other);
    const applying = test.apply(id);
    await somebodyWaits();
    await other.commit().execute();
    expect((await applying).effect).toMatchObject({ changedRecords: 2, difference: '0.00032' });
    await expectExactSums();
  });

  it('tries a batch again that has lost against somebody who locks in another order', async () => {
    await store(call(0), call(1));
    await test.setPrice('openai/alpha', CHEAP);
    const { id } = await test.preview();
    const touch = (tx: typeof test.database.owner, latency: number) =>
      sql`update usage_records set session = 'x' where latency_ms = ${latency}`.execute(tx);
    const other = await test.database.owner.startTransaction().execute();
    await touch(other, 301);
    const applying = test.apply(id);
    await somebodyWaits();
    // Who has waited for longer finds out first, and gives way.
    await touch(other, 300);
    await other.commit().execute();
    expect(await applying).toMatchObject({ state: 'applied', effect: { changedRecords: 2, difference: '0.00024' } });
    await expectExactSums();
  });
});
