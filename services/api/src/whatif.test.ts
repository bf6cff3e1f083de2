import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { testContext } from '@tokengrip/core/testing/context';
import { testRecord } from '@tokengrip/core/testing/usage-record';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password', timeZone: 'UTC' };
const SELECTION = { from: '2026-07-31T00:00:00Z', to: '2026-08-02T00:00:00Z' };
const CHANGE = { model: { provider: 'openai', model: 'new-model' } };

describe('what-ifs over HTTP', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startTestApi();
    api.signIn(await api.post('/auth/setup', OWNER));
    const projectId = (await api.get('/me')).json().projects[0].id;
    const entry = JSON.stringify({ provider: 'openai', mode: 'chat', rates: { input_cost_per_token: '0.000001' } });
    await sql`insert into price_versions (model_key, entry, origin, edition)
      values ('new-model', ${entry}::jsonb, 'snapshot', '2026-08')`.execute(api.database.owner);
    await storeUsage(testContext(api.database.as('ingest')), [
      testRecord({
        ts: new Date('2026-08-01T10:00:00Z'),
        projectId,
        tokens: { input: 1_000 },
        costs: { input: 5_000_000_000n },
        totalPicoUsd: 5_000_000_000n,
      }),
    ]);
  });
  afterAll(() => api.close());

  const role = (name: string) => sql`update memberships set role = ${name}`.execute(api.database.owner);

  it('are answered at once, kept, named, computed again and deleted', async () => {
    const preview = (await api.post('/whatifs/preview', { selection: SELECTION, change: CHANGE })).json();
    expect(preview).toMatchObject({ records: 1, result: { totals: { costBefore: '0.005', costAfter: '0.001' } } });
    const made = await api.post('/whatifs', { name: 'Cheaper', selection: SELECTION, change: CHANGE });
    expect([made.statusCode, made.json().state]).toEqual([201, 'done']);
    const path = `/whatifs/${made.json().id}`;
    expect((await api.patch(path, { name: 'Other' })).json().name).toBe('Other');
    expect((await api.post(`${path}/run`)).json()).toMatchObject({ state: 'done', totals: { costAfter: '0.001' } });
    expect((await api.post(`${path}/cancel`)).json().code).toBe('conflict');
    expect((await api.get('/whatifs')).json().whatifs).toMatchObject([{ name: 'Other', progress: 1 }]);
    expect((await api.get(path)).json().result.byModel[0].key).toEqual(['openai', 'm']);
    expect((await api.delete(path)).statusCode).toBe(204);
    expect((await api.get(path)).json().code).toBe('not_found');
  });

  it('name the field that is wrong', async () => {
    const bad = await api.post('/whatifs/preview', { selection: SELECTION, change: {} });
    expect(bad.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: 'change' }] });
    const period = { from: SELECTION.to, to: SELECTION.from };
    const swapped = await api.post('/whatifs/preview', { selection: period, change: CHANGE });
    expect(swapped.json().errors[0].field).toBe('to');
  });

  it('are read by viewers, and kept by members', async () => {
    await role('viewer');
    expect((await api.post('/whatifs/preview', { selection: SELECTION, change: CHANGE })).statusCode).toBe(200);
    expect((await api.get('/whatifs')).statusCode).toBe(200);
    const refused = await api.post('/whatifs', { name: 'x', selection: SELECTION, change: CHANGE });
    expect(refused.json().code).toBe('forbidden');
    await role('member');
    expect((await api.post('/whatifs', { name: 'x', selection: SELECTION, change: CHANGE })).statusCode).toBe(201);
  });

  it('are computed sixty times a minute for one person', async () => {
    api.pass(60_000);
    const ask = () => api.post('/whatifs/preview', { selection: SELECTION, change: CHANGE });
    const replies = [];
    for (let i = 0; i < 61; i += 1) replies.push(await ask());
    const codes = replies.map(({ statusCode }) => statusCode);
    expect(codes.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 200));
    expect(replies[60]?.json()).toMatchObject({ code: 'rate_limited' });
    expect(Number(replies[60]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await api.post('/whatifs', { name: 'x', selection: SELECTION, change: CHANGE })).statusCode).toBe(429);
    expect((await api.get('/whatifs')).statusCode).toBe(200);
    api.pass(60_000);
    expect((await ask()).statusCode).toBe(200);
  });

  it('of what was accepted there is nothing yet', async () => {
    expect((await api.get('/realized')).json()).toMatchObject({ totals: { saved: '0', following: 0 }, realized: [] });
    expect((await api.get('/realized/1')).json().code).toBe('not_found');
  });
});
