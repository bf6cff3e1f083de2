import { systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { loadOrganizationCatalog } from '@tokengrip/core/domain/prices/load-catalog';
import { runRecosting } from '@tokengrip/core/domain/recosting/run-recosting';
import { isRefused, prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import { writeRecords } from '@tokengrip/core/domain/usage/write-records';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password', timeZone: 'Asia/Kathmandu' };
const DAY_MS = 24 * 3_600_000;

describe('re-costing over the api', () => {
  let api: TestApi;
  let organizationId: number;
  let worker: Parameters<typeof runRecosting>[0];

  beforeAll(async () => {
    api = await startTestApi();
    const reply = await api.post('/auth/setup', OWNER);
    api.signIn(reply);
    organizationId = reply.json().organization.id;
    worker = { ...testContext(api.database.as('worker'), systemClock), redis: api.redis };
    const now = new Date();
    await createPartitions(worker.db, { from: new Date(now.getTime() - 2 * DAY_MS), to: now });
    const catalog = await loadOrganizationCatalog(worker.db, organizationId);
    const owner = { projectId: reply.json().projects[0].id, keyId: null, captureContent: false, retentionDays: 90 };
    const record = (model: string, usage: object) => {
      const timestamp = new Date(now.getTime() - DAY_MS).toISOString();
      const prepared = prepareRecord({ source: 'openai.chat', model, timestamp, usage }, { owner, catalog, now });
      if (isRefused(prepared)) throw new Error(prepared.message);
      return prepared;
    };
    const records = [
      record('house-model', { prompt_tokens: 100, completion_tokens: 10 }),
      record('house-model', { prompt_tokens: 100, completion_tokens: 10 }),
      record('nobody-knows', { prompt_tokens: 1, completion_tokens: 1 }),
      record('house-model', { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 9 } }),
    ];
    await worker.db.transaction().execute((tx) => writeRecords(tx, records));
    await sql`insert into price_overrides (organization_id, model_key, kind, rates) values
      (${organizationId}, 'openai/house-model', 'replacement',
        '{"input_cost_per_token": "0.000001", "output_cost_per_token": "0.000002"}')`.execute(api.database.owner);
  });
  afterAll(() => api.close());

  const runStep = (recostingId: number) =>
    runRecosting(
      worker,
      { organizationId, recostingId },
      { progress: async () => {}, signal: new AbortController().signal },
    );

  it('lists what has no price, why, and what would have one now', async () => {
    const reply = await api.get('/unpriced');
    expect(reply.statusCode).toBe(200);
    const { coverage, months, models, timeZone, modelsLeftOff } = reply.json();
    expect({ coverage, timeZone, modelsLeftOff }).toEqual({
      coverage: { calls: 4, pricedCalls: 0, unpricedCalls: 3, unreadableCalls: 1 },
      timeZone: 'Asia/Kathmandu',
      modelsLeftOff: 0,
    });
    expect(months.reduce((sum: number, month: { calls: number }) => sum + month.calls, 0)).toBe(4);
    expect(models).toMatchObject([
      {
        model: 'house-model',
        costStatus: 'unpriced',
        reason: 'unknown_model',
        calls: 2,
        tokens: 220,
        now: { costStatus: 'priced', priceKey: 'openai/house-model' },
      },
      { model: 'house-model', costStatus: 'unreadable', calls: 1, tokens: 0, now: { costStatus: 'unreadable' } },
      { model: 'nobody-knows', calls: 1, now: { costStatus: 'unpriced', reason: 'unknown_model', priceKey: null } },
    ]);
  });

  it('goes from a preview over its application to its undoing', async () => {
    const started = await api.post('/recostings', { onlyUnpriced: true });
    expect(started.statusCode).toBe(202);
    const { id } = started.json();
    expect(started.json()).toMatchObject({
      state: 'preview_queued',
      actions: ['cancel'],
      createdBy: { name: 'Ada' },
      filter: { providers: null, models: null, onlyUnpriced: true },
    });
    expect((await api.post('/recostings', {})).json()).toMatchObject({ status: 409, code: 'conflict' });
    expect((await api.post(`/recostings/${id}/apply`)).statusCode).toBe(409);
    await runStep(id);
    const previewed = (await api.get(`/recostings/${id}`)).json();
    expect(previewed).toMatchObject({
      recosting: {
        state: 'previewed',
        progress: 1,
        preview: { calls: 4, changedCalls: 2, costAfter: '0.00024', uncostedBefore: 4, uncostedAfter: 2 },
      },
      linesLeftOff: 0,
    });
    expect(previewed.lines[0]).toMatchObject({ model: 'house-model', changedCalls: 2, costAfter: '0.00024' });

    expect((await api.post(`/recostings/${id}/apply`)).json()).toMatchObject({ state: 'apply_queued', step: 'apply' });
    await runStep(id);
    expect((await api.get('/unpriced')).json().coverage).toMatchObject({ calls: 4, pricedCalls: 2 });
    expect((await api.get('/recostings')).json().recostings).toMatchObject([
      { id, state: 'applied', actions: ['undo'], effect: { changedRecords: 2, difference: '0.00024' } },
    ]);

    expect((await api.post(`/recostings/${id}/undo`)).statusCode).toBe(202);
    expect((await api.post(`/recostings/${id}/cancel`)).json()).toMatchObject({
      state: 'cancelled',
      actions: ['undo'],
    });
    expect((await api.post(`/recostings/${id}/undo`)).statusCode).toBe(202);
    await runStep(id);
    expect((await api.get(`/recostings/${id}`)).json().recosting).toMatchObject({ state: 'undone', actions: [] });
    expect((await api.get('/unpriced')).json().coverage).toMatchObject({ pricedCalls: 0 });
  });

  it('refuses what it does not understand, and what is not there', async () => {
    expect((await api.post('/recostings', { modle: ['x'] })).statusCode).toBe(400);
    const backwards = { from: '2026-08-02T00:00:00Z', to: '2026-08-01T00:00:00Z' };
    expect((await api.post('/recostings', backwards)).json()).toMatchObject({ errors: [{ field: 'to' }] });
    expect((await api.post('/recostings', { projectId: [999_999] })).statusCode).toBe(404);
    expect((await api.get('/recostings/999999')).statusCode).toBe(404);
    expect((await api.post('/recostings/999999/cancel')).statusCode).toBe(404);
  });

  it('lets every member look, and owners and admins act', async () => {
    const { rows } = await sql<{ id: number }>`select max(id) as id from recostings`.execute(api.database.owner);
    await sql`update memberships set role = 'member'`.execute(api.database.owner);
    for (const path of ['/unpriced', '/recostings', `/recostings/${rows[0]?.id}`]) {
      expect((await api.get(path)).statusCode, path).toBe(200);
    }
    for (const path of ['', ...['apply', 'undo', 'cancel'].map((step) => `/${rows[0]?.id}/${step}`)]) {
      expect((await api.post(`/recostings${path}`, path === '' ? {} : undefined)).statusCode, path).toBe(403);
    }
  });
});
