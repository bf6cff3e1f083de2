import { syncPricesJob } from '@tokengrip/core/queues/jobs';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { silentLog } from '@tokengrip/core/testing/context';
import { APRIL, AUGUST } from '@tokengrip/core/testing/price-files';
import { testRedis, testRedisUrl } from '@tokengrip/core/testing/redis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  const owner = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password' };
  api.signIn(await api.post('/auth/setup', owner));
  // Another organization, whose own prices nobody here may see.
  await sql`insert into organizations (id, name) values (99, 'Other');
    insert into price_overrides (organization_id, model_key, kind, rates) values (99, 'model-same', 'override', '{}');
    insert into model_aliases (organization_id, name, model_key) values (99, 'theirs', 'model-same')`.execute(
    api.database.owner,
  );
});
afterAll(() => api.close());

const importFile = (text: string, query = '') =>
  api.post(`/prices/import${query}`, Buffer.from(text), { 'content-type': 'application/json' });

const as = async (role: string, work: () => Promise<void>) => {
  await sql`update memberships set role = ${role}`.execute(api.database.owner);
  await work();
  await sql`update memberships set role = 'owner'`.execute(api.database.owner);
};

describe('the price list', () => {
  it('is imported from a file, after a look at what it would change', async () => {
    const query = '?effectiveFrom=2024-04-01T00:00:00Z&fileName=april.json';
    const preview = await importFile(APRIL, `${query}&dryRun=true`);
    expect(preview.json()).toMatchObject({ dryRun: true, run: { id: null, status: 'applied', added: 6 } });
    expect((await api.get('/prices/runs')).json()).toEqual({ runs: [], nextCursor: null });
    const applied = await importFile(APRIL, query);
    expect(applied.statusCode).toBe(200);
    expect(applied.json()).toMatchObject({
      dryRun: false,
      run: {
        kind: 'import',
        status: 'applied',
        added: 6,
        source: 'april.json',
        edition: '2024-04-01',
        startedBy: { name: 'Ada' },
      },
    });
    const redis = testRedis();
    const told = new Promise((resolve) => redis.on('message', (_channel, message) => resolve(message)));
    await redis.subscribe('tokengrip:prices-changed');
    const august = await importFile(AUGUST, '?effectiveFrom=2024-08-01T00:00:00Z&edition=2024-08');
    expect(august.json().run).toMatchObject({ changed: 3, flagged: 1, edition: '2024-08' });
    expect(august.json().changes[0]).toMatchObject({ modelKey: 'model-tenth', flagged: true, correctable: false });
    expect(await told).toBe('');
    redis.disconnect();
  });

  it('stays where a file cannot be used, and the answer says why', async () => {
    const reply = await importFile('<html>');
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({ run: { status: 'refused', code: 'not_json' }, changes: [] });
    expect((await importFile(APRIL, '?effectiveFrom=yesterday')).json().errors).toMatchObject([
      { field: 'effectiveFrom' },
    ]);
    expect((await importFile(APRIL, '?edition=new')).statusCode).toBe(400);
    const large = await importFile(' '.repeat(33 * 1024 * 1024));
    expect(large.json()).toMatchObject({ status: 413, code: 'payload_too_large' });
    // Only this route takes as much.
    const other = await api.post('/prices/overrides', { modelKey: 'x', rates: { a: ' '.repeat(300_000) } });
    expect(other.statusCode).toBe(413);
  });

  it('shows its runs and what they changed, page by page', async () => {
    const first = (await api.get('/prices/runs?limit=1')).json();
    expect(first.runs).toMatchObject([{ status: 'refused' }]);
    const second = (await api.get(`/prices/runs?limit=1&cursor=${first.nextCursor}`)).json();
    expect(second.runs).toMatchObject([{ changed: 3 }]);
    const { id } = second.runs[0];
    expect((await api.get(`/prices/runs/${id}`)).json()).toEqual(second.runs[0]);
    const page = (await api.get(`/prices/runs/${id}/changes?limit=2&kind=changed`)).json();
    expect(page.changes.map(({ modelKey }: { modelKey: string }) => modelKey)).toEqual(['model-cheaper', 'model-mode']);
    const rest = (await api.get(`/prices/runs/${id}/changes?limit=2&kind=changed&cursor=${page.nextCursor}`)).json();
    expect(rest).toMatchObject({ changes: [{ modelKey: 'model-tenth', correctable: true }], nextCursor: null });
    expect((await api.get('/prices/runs/12345')).statusCode).toBe(404);
    expect((await api.get('/prices/runs/12345/changes')).statusCode).toBe(404);
    expect((await api.get('/prices/runs?status=refused')).json().runs).toHaveLength(1);
  });

  it('has flagged changes acknowledged and corrected', async () => {
    const { changes } = (await api.get('/prices/flagged')).json();
    expect(changes).toMatchObject([{ modelKey: 'model-tenth', acknowledgedAt: null }]);
    expect((await api.get('/prices/sync')).json()).toMatchObject({ unacknowledged: 1, models: 7 });
    const { runId } = changes[0];
    expect((await api.post(`/prices/runs/${runId}/acknowledge`, {})).json()).toEqual({ acknowledged: 1 });
    expect((await api.get('/prices/flagged')).json().changes).toEqual([]);
    const body = { runId, modelKeys: ['model-tenth'], since: '2024-05-01T00:00:00Z' };
    const corrected = await api.post('/prices/corrections', body);
    expect(corrected.statusCode).toBe(201);
    expect(corrected.json()).toMatchObject({
      run: { kind: 'correction', startedBy: { name: 'Ada' } },
      affected: [{ modelKey: 'model-tenth', from: '2024-05-01T00:00:00.000Z', to: '2024-08-01T00:00:00.000Z' }],
    });
    const history = (await api.get('/prices/history?modelKey=model-tenth')).json();
    const standing = history.versions.filter(
      ({ supersededAt }: { supersededAt: string | null }) => supersededAt === null,
    );
    expect(standing).toMatchObject([
      {
        effectiveFrom: null,
        effectiveTo: '2024-05-01T00:00:00.000Z',
        entry: { rates: { input_cost_per_token: '0.0000002' } },
      },
      {
        effectiveFrom: '2024-05-01T00:00:00.000Z',
        origin: 'correction',
        entry: { rates: { input_cost_per_token: '0.00000002' } },
      },
      { effectiveFrom: '2024-08-01T00:00:00.000Z', effectiveTo: null, origin: 'import' },
    ]);
    expect((await api.get('/prices/history?modelKey=nothing')).statusCode).toBe(404);
    expect(
      (await api.post('/prices/corrections', { ...body, since: '2024-09-01T00:00:00Z' })).json().errors,
    ).toMatchObject([{ field: 'since' }]);
  });

  it('can be searched, what begins with the text first', async () => {
    const page = (await api.get('/prices/catalog?search=MODEL-s&limit=1')).json();
    expect(page).toMatchObject({
      total: 1,
      models: [{ modelKey: 'model-same', price: { origin: 'list', gap: null } }],
    });
    const all = (await api.get('/prices/catalog?offset=5')).json();
    expect(all.total).toBe(7);
    expect(all.models).toHaveLength(2);
  });

  it('is synced when somebody asks, once for all who ask', async () => {
    const jobs = createJobSender(testRedisUrl(), silentLog);
    // What another file left behind, once the connection is there.
    await vi.waitFor(async () => (await jobs.find(syncPricesJob, 'sync-prices-now'))?.remove());
    try {
      expect((await api.get('/prices/sync')).json()).toMatchObject({
        enabled: true,
        disabledBy: null,
        queued: false,
        lastRun: null,
      });
      const reply = await api.post('/prices/sync');
      expect(reply.statusCode).toBe(202);
      expect(reply.json()).toMatchObject({ queued: true, nextRunAt: expect.any(String) });
      expect((await api.post('/prices/sync')).statusCode).toBe(202);
      const job = await jobs.find(syncPricesJob, 'sync-prices-now');
      expect(job?.data).toEqual({ startedBy: { organizationId: expect.any(Number), userId: expect.any(Number) } });
    } finally {
      await (await jobs.find(syncPricesJob, 'sync-prices-now'))?.remove();
      await jobs.close();
    }
  });

  it('says why nothing is synced', async () => {
    const closed = await startTestApi({ AIR_GAPPED: 'true' });
    closed.signIn(
      await closed.post('/auth/setup', { email: 'a@b.test', name: 'A', password: 'a long enough password' }),
    );
    expect((await closed.get('/prices/sync')).json()).toMatchObject({
      enabled: false,
      disabledBy: 'air_gapped',
      nextRunAt: null,
    });
    await closed.close();
  });
});

describe('overrides', () => {
  const rates = { input_cost_per_token: '0.0000001' };
  const create = (body: object) => api.post('/prices/overrides', body);

  it('are set, ended and taken back, and seen by their organization only', async () => {
    const created = await create({
      modelKey: 'model-same',
      rates: { ...rates, output_cost_per_token: '0' },
      note: ' agreed ',
    });
    expect(created.statusCode).toBe(201);
    const override = created.json();
    expect(override).toMatchObject({
      state: 'active',
      kind: 'override',
      note: 'agreed',
      createdBy: { name: 'Ada' },
      effectiveFrom: null,
    });
    expect((await api.get('/prices/overrides')).json().overrides).toEqual([override]);
    const found = (await api.get('/prices/catalog?search=model-same')).json().models[0];
    expect(found.price).toMatchObject({
      versionId: -override.id,
      origin: 'override',
      entry: { rates: { input_cost_per_token: '0.0000001', output_cost_per_token: '0' } },
    });
    expect((await create({ modelKey: 'model-same', rates })).json()).toMatchObject({ code: 'conflict' });
    const ended = await api.post(`/prices/overrides/${override.id}/end`, {});
    expect(ended.json()).toMatchObject({ state: 'ended', effectiveTo: expect.any(String) });
    expect((await api.post(`/prices/overrides/${override.id}/end`, {})).json()).toMatchObject({ code: 'conflict' });
    expect((await api.get('/prices/catalog?search=model-same')).json().models[0].price.origin).toBe('list');
    expect((await api.delete(`/prices/overrides/${override.id}`)).statusCode).toBe(204);
    expect((await api.get('/prices/overrides')).json().overrides).toEqual([]);
    expect((await api.delete(`/prices/overrides/${override.id}`)).statusCode).toBe(404);
    const { rows } = await sql<{ id: number }>`select id from price_overrides where organization_id = 99`.execute(
      api.database.owner,
    );
    expect((await api.delete(`/prices/overrides/${rows[0]?.id}`)).statusCode).toBe(404);
    expect((await api.post(`/prices/overrides/${rows[0]?.id}/end`, {})).statusCode).toBe(404);
  });

  it('are replaced in one step, and stay where their successor is refused', async () => {
    const first = (await create({ modelKey: 'model-same', rates })).json();
    const next = { modelKey: 'model-same', rates: { input_cost_per_token: '0.0000003' } };
    const refused = await api.put(`/prices/overrides/${first.id}`, {
      ...next,
      rates: { input_cost_per_token: 'free' },
    });
    expect(refused.json().errors).toMatchObject([{ field: 'rates.input_cost_per_token' }]);
    expect((await api.get('/prices/overrides')).json().overrides).toEqual([first]);
    const replaced = await api.put(`/prices/overrides/${first.id}`, next);
    expect(replaced.json()).toMatchObject({ ...next, state: 'active', effectiveFrom: null });
    expect((await api.get('/prices/overrides')).json().overrides).toEqual([replaced.json()]);
    expect((await api.put(`/prices/overrides/${first.id}`, next)).statusCode).toBe(404);
    expect((await api.delete(`/prices/overrides/${replaced.json().id}`)).statusCode).toBe(204);
  });

  it.each([
    [{ modelKey: 'model-same', rates: { input_cost_per_tokn: '1' } }, 'rates.input_cost_per_tokn'],
    [{ modelKey: 'model-same', rates: { input_cost_per_token: '1.5' } }, 'rates.input_cost_per_token'],
    [{ modelKey: 'model-same', rates: { input_cost_per_token: '-0.1' } }, 'rates.input_cost_per_token'],
    [{ modelKey: 'model-same', rates: { input_cost_per_token: 'free' } }, 'rates.input_cost_per_token'],
    [
      { modelKey: 'model-same', rates: { input_cost_per_token: '0.0000000000000000000000001' } },
      'rates.input_cost_per_token',
    ],
    [{ modelKey: 'model-same', rates: { input_cost_per_token: 0.1 } }, 'rates.input_cost_per_token'],
    [{ modelKey: 'model-same', rates: {} }, 'rates'],
    [{ modelKey: 'ours', rates }, 'provider'],
    [{ modelKey: ' ', rates }, 'modelKey'],
    [{ modelKey: 'a\0b', rates, provider: 'vllm' }, 'modelKey'],
    [
      { modelKey: 'model-same', rates, effectiveFrom: '2024-05-01T00:00:00Z', effectiveTo: '2024-05-01T00:00:00Z' },
      'effectiveTo',
    ],
    [{ modelKey: 'model-same', rates, organizationId: 99 }, 'organizationId'],
  ])('are refused with the name of what is wrong: %j', async (body, field) => {
    const reply = await create(body);
    expect(reply.statusCode).toBe(400);
    expect(reply.json().errors).toMatchObject([{ field }]);
  });
});

describe('aliases', () => {
  it('are set, changed and deleted, and stand for models that have a price', async () => {
    const created = await api.post('/prices/aliases', { name: 'prod', provider: 'azure', modelKey: 'model-same' });
    expect(created.statusCode).toBe(201);
    const alias = created.json();
    expect((await api.get('/prices/aliases')).json().aliases).toEqual([alias]);
    const again = await api.post('/prices/aliases', { name: 'prod', provider: 'azure', modelKey: 'model-new' });
    expect(again.json()).toMatchObject({ code: 'conflict' });
    const unknown = await api.post('/prices/aliases', { name: 'other', modelKey: 'nothing' });
    expect(unknown.json().errors).toMatchObject([{ field: 'modelKey' }]);
    const changed = await api.patch(`/prices/aliases/${alias.id}`, { modelKey: 'model-new' });
    expect(changed.json()).toEqual({ ...alias, modelKey: 'model-new' });
    expect((await api.patch(`/prices/aliases/${alias.id}`, { modelKey: 'nothing' })).statusCode).toBe(400);
    await api.post('/prices/overrides', {
      modelKey: 'our-llama',
      provider: 'vllm',
      rates: { input_cost_per_token: '0' },
    });
    expect((await api.post('/prices/aliases', { name: 'llama', modelKey: 'our-llama' })).statusCode).toBe(201);
    expect((await api.delete(`/prices/aliases/${alias.id}`)).statusCode).toBe(204);
    expect((await api.delete(`/prices/aliases/${alias.id}`)).statusCode).toBe(404);
    const { rows } = await sql<{ id: number }>`select id from model_aliases where organization_id = 99`.execute(
      api.database.owner,
    );
    expect((await api.patch(`/prices/aliases/${rows[0]?.id}`, { modelKey: 'model-new' })).statusCode).toBe(404);
  });
});

it('shows the models in use with what finds their price now', async () => {
  await sql`
    insert into usage_15m (project_id, bucket, key_id, provider, model, feature, environment, service_tier, status,
      calls, unpriced_calls, unreadable_calls, approximate_calls, total_pico_usd)
    select p.id, date_bin('15 minutes', now() - t.age, '2000-01-01'), 1, t.provider, t.model, t.feature, '', '', 'ok',
      t.calls, t.unpriced, 0, 0, t.cost
    from projects p, (values
      (interval '1 day', 'openai', 'model-cheaper', 'a', 3, 0, 5000000000000),
      (interval '2 days', 'openai', 'model-cheaper', 'b', 2, 1, 1000000000000),
      (interval '3 days', 'vllm', 'mystery', '', 7, 7, 0),
      (interval '40 days', 'openai', 'model-same', '', 1, 0, 9000000000000)
    ) as t (age, provider, model, feature, calls, unpriced, cost)`.execute(api.database.owner);
  const { models, truncated } = (await api.get('/prices/models')).json();
  expect(truncated).toBe(false);
  expect(models).toMatchObject([
    {
      provider: 'openai',
      model: 'model-cheaper',
      calls: 5,
      pricedCalls: 4,
      unpricedCalls: 1,
      cost: '6',
      modelKey: 'model-cheaper',
      matchedBy: 'bare_key',
      price: { origin: 'list', entry: { rates: { input_cost_per_token: '0.0000015' } } },
    },
    { provider: 'vllm', model: 'mystery', calls: 7, pricedCalls: 0, modelKey: null, price: null },
  ]);
  const longer = (await api.get('/prices/models?days=90')).json();
  expect(longer.models.map(({ model }: { model: string }) => model)).toEqual([
    'model-same',
    'model-cheaper',
    'mystery',
  ]);
  const [from, to] = [2.5, 1.5].map((days) => new Date(Date.now() - days * 86_400_000).toISOString());
  const span = (await api.get(`/prices/models?from=${from}&to=${to}`)).json();
  expect(span.models).toMatchObject([{ model: 'model-cheaper', calls: 2, cost: '1' }]);
  expect((await api.get(`/prices/models?from=${to}&to=${from}`)).json().errors).toMatchObject([{ field: 'to' }]);
});

it('lets members and viewers read, and only admins and owners change', async () => {
  const writes: [method: 'post' | 'put' | 'patch' | 'delete', path: string, body?: object][] = [
    ['post', '/prices/sync'],
    ['post', '/prices/corrections', { modelKeys: ['model-same'], since: null }],
    ['post', '/prices/runs/1/acknowledge', {}],
    ['post', '/prices/overrides', { modelKey: 'model-same', rates: { input_cost_per_token: '0' } }],
    ['put', '/prices/overrides/1', { modelKey: 'model-same', rates: { input_cost_per_token: '0' } }],
    ['post', '/prices/overrides/1/end', {}],
    ['delete', '/prices/overrides/1'],
    ['post', '/prices/aliases', { name: 'x', modelKey: 'model-same' }],
    ['patch', '/prices/aliases/1', { modelKey: 'model-same' }],
    ['delete', '/prices/aliases/1'],
  ];
  await as('member', async () => {
    for (const [method, path, body] of writes) {
      const reply = method === 'delete' ? await api.delete(path) : await api[method](path, body ?? {});
      expect(reply.statusCode, `${method} ${path}`).toBe(403);
    }
    expect((await importFile(APRIL)).statusCode).toBe(403);
  });
  await as('viewer', async () => {
    for (const path of ['models', 'catalog', 'sync', 'runs', 'flagged', 'overrides', 'aliases']) {
      expect((await api.get(`/prices/${path}`)).statusCode, path).toBe(200);
    }
  });
  const back = api.newBrowser();
  for (const path of ['models', 'catalog', 'sync', 'runs', 'flagged', 'overrides', 'aliases', 'history?modelKey=x']) {
    expect((await api.get(`/prices/${path}`)).statusCode, path).toBe(401);
  }
  expect((await importFile(APRIL)).statusCode).toBe(401);
  back();
});
