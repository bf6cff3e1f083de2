import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_IMMEDIATE_RECORDS, type WhatIfChange } from '../../contract/whatif.ts';
import { inScope } from '../../db/scope.ts';
import { watchTurns } from '../../testing/longest-turn.ts';
import { cancelWhatIf, deleteWhatIf, renameWhatIf } from './change-whatif.ts';
import { createWhatIf, rerunWhatIf } from './create-whatif.ts';
import { forgetInWhatIfs } from './forget-in-whatifs.ts';
import { previewWhatIf } from './preview-whatif.ts';
import { priceAs } from './price-as.ts';
import { keepWhatIfs, runWhatIf } from './run-whatif.ts';
import { NEW_MODEL, PERIOD, startTestWhatIf, type TestWhatIf, tokens } from './testing.ts';
import { listWhatIfs, readWhatIf } from './whatif-row.ts';

let test: TestWhatIf;
beforeAll(async () => {
  test = await startTestWhatIf();
});
afterEach(async () => {
  test.clock.set('2026-08-01T23:00:00Z');
  test.sent.length = 0;
  await sql`truncate usage_records, usage_15m, usage_touched, whatifs, audit_log`.execute(test.database.owner);
});
afterAll(() => test.close());

const price = (change: WhatIfChange, selection: object = {}) =>
  priceAs(test.api, 1, { ...PERIOD, ...selection }, change, { pageRows: 2 });

describe('calls priced otherwise', () => {
  it('move to the rates of the size that their whole prompt has under the other model', async () => {
    await test.store([tokens({ input: 200_000 }), tokens({ input: 150_000, cacheRead: 50_001, output: 10 })]);
    const { totals } = await price({ model: NEW_MODEL });
    // 200,000 × 1e-6, and 150,000 × 2e-6 + 50,001 × 2e-7 + 10 × 6e-6.
    expect(totals).toMatchObject({ pricedCalls: 2, costAfter: '0.5100602', costBefore: '0.7101002' });
  });

  it('are divided between cache and full price exactly, writes at their own rate', async () => {
    await test.store([tokens({ input: 10_001, output: 1 })]);
    const cached = await price({ model: NEW_MODEL, caching: { readShare: 0.7, writeShare: 0.1 } });
    // 7,001 × 1e-7 + 1,000 × 1.25e-6 + 2,000 × 1e-6 + 4e-6.
    expect(cached.totals.costAfter).toBe('0.0039541');
    const uncached = await price({ model: NEW_MODEL, caching: { readShare: 0 } });
    expect(uncached.totals.costAfter).toBe('0.010005');
  });

  it('are not cached below what the model caches, and that is said', async () => {
    await test.store([tokens({ input: 1_023 }), tokens({ input: 1_024 })]);
    const { totals, warnings } = await price({ model: NEW_MODEL, caching: { readShare: 1 } });
    expect(totals.costAfter).toBe('0.0011254');
    expect(warnings).toMatchObject([{ code: 'below_cache_minimum', calls: 1 }]);
  });

  it('need more tokens by the factor, rounded call by call', async () => {
    await test.store([tokens({ input: 5, output: 10 }), tokens({ input: 5 })]);
    const { totals } = await price({ tokens: { inputFactor: 1.1, outputFactor: 0.5 } });
    // 5.5 is 6, twice; 5 of the output.
    expect(totals.costAfter).toBe('0.000074');
  });

  it('cost the rates of the other tier, and say where there are none', async () => {
    await test.store([tokens({ input: 1_000 }), { ...tokens({ input: 1_000 }), ...NEW_MODEL }]);
    const { totals, approximate, byModel } = await price({ serviceTier: 'batch' });
    expect(totals).toMatchObject({ costBefore: '0.003', costAfter: '0.002' });
    expect(byModel.map(({ key, costAfter }) => [key, costAfter])).toEqual([
      [['openai', 'old-model'], '0.001'],
      [['anthropic', 'new-model'], '0.001'],
    ]);
    expect(approximate).toMatchObject([{ code: 'tier_rate_missing', calls: 1 }]);
  });

  it('are counted and left out of both sums where the other model could not make them', async () => {
    await test.store([
      tokens({ input: 300_001 }),
      tokens({ input: 1, output: 1_001 }),
      tokens({ input: 1, inputAudio: 5 }),
      { ...tokens({ input: 7 }), model: 'small-embed' },
      { ...tokens({ input: 1 }), usage: { tokens: { input: 1 }, tools: { webSearches: 1 } } },
      { ...tokens({ input: 1 }), maxOutputTokens: 4_000 },
      { ...tokens({ input: 1, inputImage: 1 }) },
    ]);
    const { totals, warnings } = await price({ model: NEW_MODEL });
    expect(totals).toMatchObject({ calls: 7, unpricedCalls: 0, uncostedCalls: 0 });
    expect(Object.fromEntries(warnings.map(({ code, calls }) => [code, calls]))).toEqual({
      context_exceeded: 1,
      output_exceeded: 1,
      modality_not_supported: 1,
      kind_not_supported: 1,
      max_output_requested: 1,
      images_unknown: 1,
    });
    expect(totals).toMatchObject({ unableCalls: 4, pricedCalls: 3 });
  });

  it('are never zero where nothing is known', async () => {
    await test.store([tokens({ input: 100 }), { ...tokens({ input: 100 }), model: 'nobody-knows' }]);
    const { totals, unpriced } = await price({ model: { provider: 'openai', model: 'nobody-knows-either' } });
    expect(totals).toMatchObject({ calls: 2, pricedCalls: 0, costBefore: '0', costAfter: '0' });
    expect(totals).toMatchObject({ unpricedCalls: 1, unpricedCost: '0.0002', uncostedCalls: 1 });
    expect(unpriced).toMatchObject([{ code: 'unknown_model', calls: 1 }]);
  });

  it('add up by model, feature and local day to the total, and only those of the filter', async () => {
    await test.store([
      { ...tokens({ input: 1 }), feature: 'a', timestamp: '2026-07-30T21:59:00Z' },
      { ...tokens({ input: 10 }), feature: 'a', timestamp: '2026-07-30T22:01:00Z', user: 'u' },
      { ...tokens({ input: 100 }), feature: 'b', tags: { team: 'x' } },
    ]);
    await test.store([tokens({ input: 1_000 })], 12);
    await test.store([tokens({ input: 10_000 })], 21);
    const all = await price({ model: NEW_MODEL });
    expect(all.totals).toMatchObject({ calls: 4, costAfter: '0.001111' });
    expect(all.byDay.map(({ day, costAfter }) => [day, costAfter])).toEqual([
      ['2026-07-30', '0.000001'],
      ['2026-07-31', '0.00001'],
      ['2026-08-01', '0.0011'],
      ['2026-08-02', '0'],
    ]);
    expect(all.byFeature.map(({ key, costAfter }) => [key, costAfter])).toEqual([
      [[''], '0.001'],
      [['b'], '0.0001'],
      [['a'], '0.000011'],
    ]);
    for (const [selection, costAfter] of [
      [{ projectId: [12] }, '0.001'],
      [{ user: ['u'] }, '0.00001'],
      [{ tag: ['team=x'] }, '0.0001'],
      [{ feature: ['a'], to: '2026-07-30T22:00:00Z' }, '0.000001'],
    ] as const) {
      expect((await price({ model: NEW_MODEL }, selection)).totals.costAfter).toBe(costAfter);
    }
    await expect(price({ model: NEW_MODEL }, { projectId: [21] })).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    [{}, 'change'],
    [{ tokens: {} }, 'change'],
    [{ caching: { readShare: 0.6, writeShare: 0.5 } }, 'change.caching'],
  ])('need a change that is one: %j', async (change, field) => {
    await expect(price(change)).rejects.toMatchObject({ code: 'invalid_request', fields: [{ field }] });
  });
});

describe('a saved what-if', () => {
  const input = { name: 'Cheaper', selection: PERIOD, change: { model: NEW_MODEL } };
  const read = (id: number) => readWhatIf(test.worker.db, 1, id);
  const run = (whatIfId: number, more: Partial<TestWhatIf['steps']> = {}, heartbeatMs?: number) =>
    runWhatIf(
      test.worker,
      { organizationId: 1, whatIfId },
      { ...test.steps, ...more },
      { pageRows: 2, ...(heartbeatMs ? { heartbeatMs } : {}) },
    );
  const inOrganization = <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(test.api, test.asker, work);

  /** As one is that has to wait for the worker. */
  async function queued(): Promise<number> {
    const { id } = await createWhatIf(test.api, test.asker, input);
    await sql`update whatifs set state = 'queued', result = null, computed_at = null where id = ${id}`.execute(
      test.database.owner,
    );
    return id;
  }

  it('of few records is done at once, can be named anew, shared inside, and deleted', async () => {
    await test.store([tokens({ input: 100 })]);
    const made = await createWhatIf(test.api, test.asker, input);
    expect(made).toMatchObject({ state: 'done', progress: 1, result: { totals: { costAfter: '0.0001' } } });
    expect(test.sent).toEqual([]);
    await inOrganization((tx) => renameWhatIf(tx, 1, made.id, 'Other'));
    expect(await inOrganization((tx) => listWhatIfs(tx, 1))).toMatchObject([
      { id: made.id, name: 'Other', createdBy: { name: 'Ada' }, totals: { costAfter: '0.0001' } },
    ]);
    await expect(inScope(test.api, { organizationId: 2 }, (tx) => readWhatIf(tx, 1, made.id))).rejects.toMatchObject({
      code: 'not_found',
    });
    await inOrganization((tx) => deleteWhatIf(tx, 1, made.id));
    await expect(read(made.id)).rejects.toMatchObject({ code: 'not_found' });
    const { rows } = await sql<{ action: string }>`select action from audit_log order by id`.execute(
      test.database.owner,
    );
    expect(rows.map(({ action }) => action)).toEqual(['whatif.created', 'whatif.renamed', 'whatif.deleted']);
  });

  it('of more records than a request takes goes to the worker, once for each time it is asked for', async () => {
    const many = Array.from({ length: MAX_IMMEDIATE_RECORDS + 1 }, () => tokens({ input: 1 }));
    await test.store(many);
    const preview = await previewWhatIf(test.api, test.asker, input);
    expect(preview).toEqual({ records: many.length, result: null });
    const { id, state } = await createWhatIf(test.api, test.asker, input);
    expect([state, test.sent]).toEqual(['queued', [`whatif-${id}-1`]]);
    await expect(rerunWhatIf(test.api, test.asker, id)).rejects.toMatchObject({ code: 'conflict' });
    await runWhatIf(test.worker, { organizationId: 1, whatIfId: id }, test.steps);
    expect(await read(id)).toMatchObject({ state: 'done', totals: { calls: many.length } });
    expect((await rerunWhatIf(test.api, test.asker, id)).state).toBe('queued');
    expect(test.sent).toEqual([`whatif-${id}-1`, `whatif-${id}-2`]);
    // Its result stays while it is computed again.
    expect((await read(id)).totals?.calls).toBe(many.length);
    // As many as a request takes hold up nobody else's.
    await sql`delete from usage_records where event_id = (select event_id from usage_records limit 1)`.execute(
      test.database.owner,
    );
    const turns = watchTurns();
    const largest = await previewWhatIf(test.api, test.asker, input);
    expect(turns.stop()).toBeLessThan(50);
    expect(largest.result?.totals.calls).toBe(MAX_IMMEDIATE_RECORDS);
  }, 60_000);

  it('tells how far it is, and ends at the next page when it is cancelled', async () => {
    await test.store(Array.from({ length: 8 }, () => tokens({ input: 1 })));
    const id = await queued();
    const seen: number[] = [];
    await run(id, {
      progress: async (done) => {
        seen.push(done);
        expect((await read(id)).progress).toBe(done);
        if (seen.length === 2) await inOrganization((tx) => cancelWhatIf(tx, 1, id));
      },
    });
    expect(seen).toEqual([0.25, 0.5]);
    expect(await read(id)).toMatchObject({ state: 'cancelled', result: null });
  });

  it('is the result of the run that began last', async () => {
    await test.store(Array.from({ length: 4 }, () => tokens({ input: 1 })));
    const id = await queued();
    const stop = new AbortController();
    let pages = 0;
    await run(id, {
      progress: async () => {
        pages += 1;
        // Another worker begins, and is still at it when the first goes on.
        const other = run(id, { signal: stop.signal, progress: async () => stop.abort(new Error('stopping')) });
        await expect(other).rejects.toThrow('stopping');
      },
    });
    expect([pages, (await read(id)).state]).toEqual([1, 'running']);
    await run(id);
    expect((await read(id)).state).toBe('done');
  });

  it('begins anew after a worker that stopped, and is queued again when it was forgotten', async () => {
    await test.store(Array.from({ length: 4 }, () => tokens({ input: 1 })));
    const id = await queued();
    const stop = new AbortController();
    const stopped = run(id, { signal: stop.signal, progress: async () => stop.abort(new Error('stopping')) });
    await expect(stopped).rejects.toThrow('stopping');
    expect((await read(id)).state).toBe('running');
    await keepWhatIfs(test.worker);
    expect(test.sent).toEqual([]);
    test.clock.set('2026-08-01T23:30:00Z');
    await keepWhatIfs(test.worker);
    expect(test.sent).toEqual([`whatif-${id}-1`]);
    await run(id);
    expect(await read(id)).toMatchObject({ state: 'done', totals: { calls: 4 } });
  });

  it('is not forgotten while somebody is at it, however long that takes', async () => {
    await test.store(Array.from({ length: 4 }, () => tokens({ input: 1 })));
    const id = await queued();
    const touched = async () => {
      const { rows } = await sql<{ at: Date }>`select touched_at as at from whatifs where id = ${id}`.execute(
        test.database.owner,
      );
      return rows[0]?.at.toISOString();
    };
    const progress = async () => {
      test.clock.set('2026-08-01T23:30:00Z');
      await vi.waitFor(async () => expect(await touched()).toBe('2026-08-01T23:30:00.000Z'));
      await keepWhatIfs(test.worker);
    };
    await run(id, { progress }, 5);
    expect([test.sent, (await read(id)).state]).toEqual([[], 'done']);
  });

  it('has failed after five errors in a row', async () => {
    await test.store([tokens({ input: 1 })]);
    const id = await queued();
    const broken = { progress: () => Promise.reject(new Error('broken')) };
    for (let attempt = 1; attempt < 5; attempt += 1) await expect(run(id, broken)).rejects.toThrow('broken');
    await run(id, broken);
    expect(await read(id)).toMatchObject({ state: 'failed', failure: 'internal' });
  });

  it('is gone with whom it was about', async () => {
    for (const user of [['jane'], ['joe']]) {
      await createWhatIf(test.api, test.asker, { ...input, selection: { ...PERIOD, user } });
    }
    await forgetInWhatIfs(test.worker.db, 1, { kind: 'user', value: 'jane' });
    const left = await listWhatIfs(test.worker.db, 1);
    expect(left.map(({ selection }) => selection.user)).toEqual([['joe']]);
  });
});
