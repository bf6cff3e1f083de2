import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { type TestClock, testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { APRIL, AUGUST, priceFile } from '../../testing/price-files.ts';
import { declareCorrection } from './declare-correction.ts';
import { importPrices } from './import-prices.ts';
import { loadCatalog } from './load-catalog.ts';
import { acknowledgeChanges, countUnacknowledged, listFlaggedChanges, listRunChanges } from './price-changes.ts';
import { listRuns } from './price-runs.ts';
import { lockPrices } from './write-versions.ts';

let database: TestDatabase;
let db: Db;
let clock: TestClock;
let ctx: Context;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.as('worker');
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql`truncate price_sync_changes, price_syncs, price_versions`.execute(database.owner);
  clock = testClock('2026-04-10T00:00:00Z');
  ctx = testContext(db, clock);
});

const importText = async (text: string, more: { effectiveFrom?: string; dryRun?: boolean } = {}) => {
  const { effectiveFrom, ...rest } = more;
  const input = { text, fileName: 'prices.json', ...rest };
  return importPrices(ctx, effectiveFrom === undefined ? input : { ...input, effectiveFrom: new Date(effectiveFrom) });
};

const inputRate = async (key: string, time: string) => {
  const price = (await loadCatalog(ctx.db)).prices(key)?.at(Date.parse(time));
  return price?.price.entry.rates.input_cost_per_token;
};

const versionsOf = async (key: string) => {
  const { rows } = await sql<Record<string, unknown>>`
    select id, effective_from, effective_to, superseded_at is null as stands, restates,
      entry->'rates'->>'input_cost_per_token' as rate
    from price_versions where model_key = ${key} order by id`.execute(ctx.db);
  return rows;
};

describe('a price list', () => {
  it('makes versions of what differs, says what did, and leaves records the price of their time', async () => {
    expect((await importText(APRIL)).run).toMatchObject({
      status: 'applied',
      models: 6,
      added: 6,
      changed: 0,
      removed: 0,
    });
    clock.set('2026-08-10T00:00:00Z');
    const { run } = await importText(AUGUST);
    expect(run).toMatchObject({
      status: 'applied',
      models: 5,
      added: 1,
      changed: 3,
      removed: 1,
      flagged: 1,
      refused: 3,
    });

    const { changes } = await listRunChanges(ctx.db, run.id ?? 0, {});
    const byKey = Object.fromEntries(changes.map((change) => [change.modelKey, change]));
    expect(Object.keys(byKey)).not.toContain('model-same');
    expect(byKey['model-cheaper']).toMatchObject({
      kind: 'changed',
      flagged: false,
      correctable: true,
      effectiveFrom: '2026-08-10T00:00:00.000Z',
      rates: [
        { rate: 'cache_read_input_token_cost', before: null, after: '0.00000015', flagged: false },
        { rate: 'input_cost_per_token', before: '0.000002', after: '0.0000015', flagged: false },
      ],
    });
    expect(byKey['model-mode']).toMatchObject({
      kind: 'changed',
      rates: [],
      before: { mode: 'chat' },
      after: { mode: 'completion' },
    });
    expect(byKey['model-tenth']).toMatchObject({ kind: 'changed', flagged: true });
    expect(byKey['model-new']).toMatchObject({ kind: 'added', before: null, correctable: false, effectiveFrom: null });
    expect(byKey['model-gone']).toMatchObject({ kind: 'removed', after: null });
    expect(['model-bad', 'model-free', 'model-dear'].map((key) => byKey[key]?.refusal)).toEqual([
      { reason: 'negative', field: 'input_cost_per_token' },
      { reason: 'not_a_number', field: 'input_cost_per_token' },
      { reason: 'above_limit', field: 'input_cost_per_token' },
    ]);

    expect(await inputRate('model-tenth', '2026-05-01T00:00:00Z')).toBe('0.0000002');
    expect(await inputRate('model-tenth', '2026-09-01T00:00:00Z')).toBe('0.00000002');
    expect(await inputRate('model-bad', '2026-09-01T00:00:00Z')).toBe('0.000005');
    expect(await inputRate('model-gone', '2026-09-01T00:00:00Z')).toBe('0.000003');
    expect(await inputRate('model-new', '2020-01-01T00:00:00Z')).toBe('0.000001');
  });

  it('keeps what was known when, and the id of a price whose span has ended', async () => {
    await importText(APRIL);
    const [before] = await versionsOf('model-tenth');
    const catalogBefore = (await loadCatalog(ctx.db)).prices('model-tenth')?.at(Date.parse('2026-05-01T00:00:00Z'));
    clock.set('2026-08-10T00:00:00Z');
    await importText(AUGUST);
    const [known, rest, current] = await versionsOf('model-tenth');
    expect(known).toEqual({ ...before, stands: false });
    expect(rest).toMatchObject({ rate: '0.0000002', stands: true, restates: known?.id, effective_to: clock.now() });
    expect(current).toMatchObject({ rate: '0.00000002', stands: true, restates: null, effective_to: null });
    const after = (await loadCatalog(ctx.db)).prices('model-tenth')?.at(Date.parse('2026-05-01T00:00:00Z'));
    expect(after?.versionId).toBe(catalogBefore?.versionId);
  });

  it('that is what is known makes no versions', async () => {
    await importText(APRIL);
    const count = () => ctx.db.selectFrom('price_versions').select('id').execute();
    const before = await count();
    expect((await importText(APRIL)).run).toMatchObject({ status: 'unchanged', added: 0, changed: 0, removed: 0 });
    expect(await count()).toEqual(before);
  });

  it('notes once that a model is gone, and that it is back', async () => {
    await importText(APRIL);
    clock.set('2026-08-10T00:00:00Z');
    expect((await importText(AUGUST)).run).toMatchObject({ removed: 1 });
    clock.set('2026-08-11T00:00:00Z');
    expect((await importText(AUGUST)).run).toMatchObject({ status: 'unchanged', removed: 0 });
    clock.set('2026-08-12T00:00:00Z');
    const { run, changes } = await importText(AUGUST.replace('"model-new"', '"model-gone"'));
    expect(run).toMatchObject({ removed: 1, changed: 1 });
    expect(changes.find(({ modelKey }) => modelKey === 'model-gone')).toMatchObject({ kind: 'changed' });
    clock.set('2026-08-13T00:00:00Z');
    expect((await importText(AUGUST)).run).toMatchObject({ added: 1, removed: 1 });
    clock.set('2026-08-14T00:00:00Z');
    expect((await importText(AUGUST)).run).toMatchObject({ status: 'unchanged' });
  });

  it('of an older edition holds only until what is known of later times', async () => {
    clock.set('2026-08-10T00:00:00Z');
    await importText(AUGUST);
    const { run } = await importText(APRIL, { effectiveFrom: '2026-04-01T00:00:00Z' });
    // What the older list lacks came later: it is not gone.
    expect(run).toMatchObject({ status: 'applied', removed: 0 });
    expect(await inputRate('model-tenth', '2026-01-01T00:00:00Z')).toBe('0.0000002');
    expect(await inputRate('model-tenth', '2026-08-09T23:59:59Z')).toBe('0.0000002');
    expect(await inputRate('model-tenth', '2026-08-10T00:00:00Z')).toBe('0.00000002');
    const june = priceFile({ 'model-tenth': { input_cost_per_token: 1e-7 }, a: {}, b: {}, c: {} });
    await importText(june, { effectiveFrom: '2026-06-01T00:00:00Z' });
    expect(await inputRate('model-tenth', '2026-05-31T23:59:59Z')).toBe('0.0000002');
    expect(await inputRate('model-tenth', '2026-06-01T00:00:00Z')).toBe('0.0000001');
    expect(await inputRate('model-tenth', '2026-08-10T00:00:00Z')).toBe('0.00000002');
  });

  it('is refused whole where it cannot be the list, and the last good prices stay', async () => {
    await importText(APRIL);
    const texts = {
      not_json: APRIL.slice(0, APRIL.length / 2),
      not_an_object: '[1]',
      no_models: '{}',
      too_few_models: priceFile({
        'model-same': { input_cost_per_token: 1 },
        'model-new': { input_cost_per_token: 1 },
      }),
    };
    for (const [code, text] of Object.entries(texts)) {
      expect((await importText(text)).run).toMatchObject({
        status: 'refused',
        code,
        added: 0,
        message: expect.any(String),
      });
    }
    expect(await inputRate('model-same', '2026-05-01T00:00:00Z')).toBe('0.00000025');
    expect((await listRuns(ctx.db, {})).runs.map(({ code }) => code)).toEqual([
      'too_few_models',
      'no_models',
      'not_an_object',
      'not_json',
      null,
    ]);
  });

  it('with a name that cannot be stored loses that entry only', async () => {
    const { run } = await importText(
      JSON.stringify({
        'a\0b': { input_cost_per_token: 1e-6 },
        c: { input_cost_per_token: 1e-6 },
        d: { mode: '\ud800' },
      }),
    );
    expect(run).toMatchObject({ status: 'applied', added: 1, refused: 2 });
  });

  it('can be looked at before it is applied', async () => {
    await importText(APRIL);
    clock.set('2026-08-10T00:00:00Z');
    const preview = await importText(AUGUST, { dryRun: true });
    expect(preview.run).toMatchObject({
      id: null,
      status: 'applied',
      added: 1,
      changed: 3,
      removed: 1,
      flagged: 1,
      refused: 3,
    });
    expect(preview.changes[0]).toMatchObject({ modelKey: 'model-tenth', flagged: true, runId: null });
    expect(await inputRate('model-tenth', '2026-09-01T00:00:00Z')).toBe('0.0000002');
    expect((await listRuns(ctx.db, {})).runs).toHaveLength(1);
    const { changes, run } = await importText(AUGUST);
    expect(changes.map((change) => ({ ...change, runId: null }))).toEqual(preview.changes);
    expect(changes[0]?.runId).toBe(run.id);
  });

  it('waits for another that is being applied, and then sees what that did', async () => {
    await importText(APRIL);
    clock.set('2026-08-10T00:00:00Z');
    const running: ReturnType<typeof importText>[] = [];
    const waiting = async () => {
      const { rows } = await sql`select from pg_locks where locktype = 'advisory' and not granted and database =
        (select oid from pg_database where datname = current_database())`.execute(database.owner);
      return rows.length;
    };
    await database.owner.transaction().execute(async (tx) => {
      await lockPrices(tx);
      running.push(importText(AUGUST), importText(AUGUST), importText(AUGUST));
      await expect.poll(waiting).toBe(3);
    });
    const outcomes = await Promise.all(running);
    expect(outcomes.map(({ run }) => run.status).sort()).toEqual(['applied', 'unchanged', 'unchanged']);
  });
});

describe('flagged changes', () => {
  it('wait until a person has looked at them', async () => {
    await sql`insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'A', 'x')`.execute(
      database.owner,
    );
    await importText(APRIL);
    clock.set('2026-08-10T00:00:00Z');
    const { run } = await importText(AUGUST);
    const flagged = async (all = false) => (await listFlaggedChanges(ctx.db, { all })).changes.map((c) => c.modelKey);
    expect(await flagged()).toEqual(['model-tenth']);
    expect(await countUnacknowledged(ctx.db)).toBe(1);
    const input = { runId: run.id ?? 0, userId: 1, now: clock.now() };
    expect(await acknowledgeChanges(ctx.db, { ...input, modelKeys: ['model-cheaper'] })).toBe(0);
    expect(await acknowledgeChanges(ctx.db, input)).toBe(1);
    expect(await flagged()).toEqual([]);
    expect(await flagged(true)).toEqual(['model-tenth']);
    expect(await countUnacknowledged(ctx.db)).toBe(0);
  });
});

describe('a correction', () => {
  const runs = async () => {
    await importText(APRIL);
    clock.set('2026-08-10T00:00:00Z');
    const { run } = await importText(AUGUST);
    clock.set('2026-08-11T00:00:00Z');
    return run.id ?? 0;
  };

  it('changes what pricing finds for the time since then, and says for which', async () => {
    const runId = await runs();
    const since = new Date('2026-05-01T00:00:00Z');
    const { run, affected } = await declareCorrection(ctx, { runId, modelKeys: ['model-tenth'], since });
    expect(affected).toEqual([
      { modelKey: 'model-tenth', from: '2026-05-01T00:00:00.000Z', to: '2026-08-10T00:00:00.000Z' },
    ]);
    expect(run).toMatchObject({
      kind: 'correction',
      status: 'applied',
      changed: 1,
      effectiveFrom: since.toISOString(),
    });
    expect(await inputRate('model-tenth', '2026-04-30T23:59:59Z')).toBe('0.0000002');
    expect(await inputRate('model-tenth', '2026-05-01T00:00:00Z')).toBe('0.00000002');
    expect(await inputRate('model-cheaper', '2026-05-01T00:00:00Z')).toBe('0.000002');
    const { changes } = await listRunChanges(ctx.db, runId, { search: 'TENTH' });
    expect(changes).toMatchObject([{ correctedBy: run.id, correctable: false, acknowledgedAt: expect.any(String) }]);
  });

  it('can be of all changes of a run, and since ever', async () => {
    const runId = await runs();
    const { affected } = await declareCorrection(ctx, { runId, since: null });
    expect(affected.map(({ modelKey, from }) => [modelKey, from])).toEqual([
      ['model-cheaper', null],
      ['model-mode', null],
      ['model-tenth', null],
    ]);
    expect(await inputRate('model-cheaper', '2020-01-01T00:00:00Z')).toBe('0.0000015');
  });

  it('can be of a present price, also after a later list has ended the change’s span', async () => {
    const runId = await runs();
    clock.set('2026-09-01T00:00:00Z');
    await importText(AUGUST.replace('2e-08', '9e-08'));
    const since = new Date('2026-07-01T00:00:00Z');
    await declareCorrection(ctx, { runId, modelKeys: ['model-tenth'], since });
    expect(await inputRate('model-tenth', '2026-07-02T00:00:00Z')).toBe('0.00000002');
    await declareCorrection(ctx, { modelKeys: ['model-tenth'], since });
    expect(await inputRate('model-tenth', '2026-07-02T00:00:00Z')).toBe('0.00000009');
    expect(await inputRate('model-tenth', '2026-06-30T00:00:00Z')).toBe('0.0000002');
    await expect(declareCorrection(ctx, { runId, modelKeys: ['model-tenth'], since })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('is refused where it says nothing', async () => {
    const runId = await runs();
    const since = new Date('2026-05-01T00:00:00Z');
    const refused = (input: Parameters<typeof declareCorrection>[1]) =>
      declareCorrection(ctx, input).catch((error: { code: string }) => error.code);
    expect(await refused({ runId, since: new Date('2026-08-10T00:00:00Z') })).toBe('invalid_request');
    expect(await refused({ since })).toBe('invalid_request');
    expect(await refused({ runId: 999, since })).toBe('not_found');
    expect(await refused({ runId, modelKeys: ['model-same'], since })).toBe('not_found');
    expect(await refused({ modelKeys: ['nothing'], since })).toBe('not_found');
    expect(await refused({ modelKeys: ['model-same'], since })).toBe('invalid_request');
  });
});
