import type { Recommendation, RecommendationList } from '@tokengrip/core/contract/savings';
import type { RecommendationDraft } from '@tokengrip/core/domain/savings/draft';
import { findSavings } from '@tokengrip/core/domain/savings/find-savings';
import { upsertRecommendations } from '@tokengrip/core/domain/savings/upsert-recommendations';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let projectId: number;
let organizationId: number;

const draft = (identity: string): RecommendationDraft => ({
  rule: 'batch',
  identity,
  title: `Send ${identity} as batch`,
  what: ['Nobody waits.'],
  steps: ['Send it later.'],
  evidence: {
    from: new Date('2026-07-02T12:00:00Z'),
    to: new Date('2026-08-01T12:00:00Z'),
    days: 30,
    calls: 10n,
    tokens: 100n,
    costPicoUsd: 10n ** 13n,
    figures: [{ name: 'cost_then', label: 'As batch', unit: 'usd', value: '5' }],
  },
  savingPicoUsdPerMonth: 5n * 10n ** 12n,
  confidence: 'high',
  effort: 'low',
  risk: 'low',
  scope: { projectId, feature: 'digest', provider: 'openai', model: 'gpt-5.4' },
  change: { kind: 'tier', tier: 'batch' },
  impact: [],
});

beforeAll(async () => {
  api = await startTestApi();
  api.clock.set('2026-08-01T12:00:00Z');
  const owner = {
    email: 'ada@example.com',
    name: 'Ada',
    password: 'a long enough password',
    timeZone: 'Europe/Berlin',
  };
  api.signIn(await api.post('/auth/setup', owner));
  const { rows } = await sql<{ id: number; organization: number }>`
    select id, organization_id as organization from projects`.execute(api.database.owner);
  projectId = rows[0]?.id ?? 0;
  organizationId = rows[0]?.organization ?? 0;
  await sql`insert into organizations (id, name) values (99, 'Other')`.execute(api.database.owner);
});
afterAll(() => api.close());

const worker = () => testContext(api.database.as('worker'), api.clock);
const list = async (query = '') => (await api.get(`/recommendations${query}`)).json<RecommendationList>();

describe('recommendations', () => {
  beforeEach(async () => {
    await sql`delete from recommendations`.execute(api.database.owner);
    await upsertRecommendations(worker(), organizationId, 'rule', [draft('a'), draft('b')]);
    await upsertRecommendations(worker(), 99, 'rule', [{ ...draft('theirs'), scope: {} }]);
  });

  it('are listed with their total, evidence and the way to their records', async () => {
    const { recommendations, total } = await list();
    expect(total).toMatchObject({ savingPerMonth: '10', recommendations: 2 });
    expect(recommendations[0]).toMatchObject({
      rule: 'batch',
      savingPerMonth: '5',
      state: 'open',
      evidence: { calls: 10, cost: '10', days: 30, from: '2026-07-02T12:00:00.000Z' },
      change: { kind: 'tier', tier: 'batch' },
    });
    const address = new URL(recommendations[0]?.query ?? '', 'http://page');
    expect(Object.fromEntries(address.searchParams)).toEqual({
      range: 'custom',
      from: '2026-07-02',
      to: '2026-08-01',
      project: String(projectId),
      feature: 'digest',
      provider: 'openai',
      model: 'gpt-5.4',
    });
  });

  it('are accepted, dismissed with a reason, put off, and opened again, each by name', async () => {
    const [a, b] = (await list()).recommendations;
    const accepted = await api.post(`/recommendations/${a?.id}/accept`, {});
    expect(accepted.json<Recommendation>()).toMatchObject({
      state: 'accepted',
      decidedBy: { name: 'Ada' },
      decidedAt: '2026-08-01T12:00:00.000Z',
    });
    const dismissed = await api.post(`/recommendations/${b?.id}/dismiss`, { reason: 'It must be quick' });
    expect(dismissed.json()).toMatchObject({ state: 'dismissed', reason: 'It must be quick' });
    expect((await list()).total).toMatchObject({ savingPerMonth: '0', recommendations: 0 });
    expect((await list('?state=accepted')).recommendations.map(({ identity }) => identity)).toEqual(['a']);
    const snoozed = await api.post(`/recommendations/${b?.id}/snooze`, { until: '2026-09-01T00:00:00Z' });
    expect(snoozed.json()).toMatchObject({ state: 'snoozed', snoozedUntil: '2026-09-01T00:00:00.000Z', reason: null });
    const reopened = await api.post(`/recommendations/${b?.id}/reopen`, {});
    expect(reopened.json()).toMatchObject({ state: 'open', decidedBy: null });
    const { rows } = await sql<{ action: string }>`
      select action from audit_log where target = 'recommendation' order by id`.execute(api.database.owner);
    expect(rows.map(({ action }) => action)).toEqual([
      'recommendation.accepted',
      'recommendation.dismissed',
      'recommendation.snoozed',
      'recommendation.reopened',
    ]);
  });

  it('are followed from the moment they are accepted, and no longer when they are opened again', async () => {
    const id = (await list()).recommendations[0]?.id;
    expect((await api.get(`/realized/${id}`)).statusCode).toBe(404);
    const before = api.jobs.length;
    await api.post(`/recommendations/${id}/accept`, {});
    expect(api.jobs.slice(before).map(({ definition, payload }) => [definition.name, payload])).toEqual([
      ['follow-savings', { organizationId }],
    ]);
    expect((await api.get(`/realized/${id}`)).json()).toMatchObject({ state: 'pending', days: [] });
    expect((await api.get('/realized')).json().totals).toMatchObject({ following: 0, waiting: 1 });
    await api.post(`/recommendations/${id}/reopen`, {});
    expect((await api.get(`/realized/${id}`)).statusCode).toBe(404);
  });

  it.each([
    ['dismiss', {}],
    ['dismiss', { reason: '  ' }],
    ['snooze', { until: 'tomorrow' }],
    ['snooze', { until: '2026-07-01T00:00:00Z' }],
    ['snooze', { until: '2026-09-01T00:00:00Z', forever: true }],
  ])('refuse to %s with %o', async (verb, body) => {
    const id = (await list()).recommendations[0]?.id;
    expect((await api.post(`/recommendations/${id}/${verb}`, body)).statusCode).toBe(400);
  });

  it('of others are not there', async () => {
    const { rows } = await sql<{ id: number }>`select id from recommendations where organization_id = 99`.execute(
      api.database.owner,
    );
    for (const verb of ['accept', 'reopen']) {
      expect((await api.post(`/recommendations/${rows[0]?.id}/${verb}`, {})).statusCode).toBe(404);
    }
    expect((await api.get(`/recommendations/${rows[0]?.id}`)).statusCode).toBe(404);
  });

  it('of the demo project are kept apart from real money', async () => {
    await sql`insert into projects (id, organization_id, name, demo) values (77, ${organizationId}, 'Sample', true)`.execute(
      api.database.owner,
    );
    await upsertRecommendations(worker(), organizationId, 'rule', [{ ...draft('demo'), scope: { projectId: 77 } }]);
    expect((await list()).recommendations).toEqual([]);
    expect((await list('?projectId=77')).recommendations.map(({ identity }) => identity)).toEqual(['demo']);
  });
});

it('a look is asked for, is done by the worker, and says so', async () => {
  expect((await list()).run.state).toBe('never');
  const asked = await api.post('/recommendations/find', {});
  expect(asked.statusCode).toBe(202);
  expect(asked.json().run).toMatchObject({ state: 'waiting', requestedAt: '2026-08-01T12:00:00.000Z' });
  api.clock.set('2026-08-01T12:00:10Z');
  await findSavings(worker(), organizationId);
  expect((await list()).run).toMatchObject({ state: 'done', to: '2026-08-01T12:00:10.000Z', calls: 0 });
});
