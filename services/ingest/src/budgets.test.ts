import type { BudgetStates, NewBudget, ReservationReply } from '@tokengrip/core/contract/budgets';
import type { UsageReply } from '@tokengrip/core/contract/usage';
import { inScope } from '@tokengrip/core/db/scope';
import { fillBudgets } from '@tokengrip/core/domain/budgets/fill-budgets';
import { createBudget, updateBudget } from '@tokengrip/core/domain/budgets/write-budget';
import { makeEventId } from '@tokengrip/core/domain/usage/event-id';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

const NOW = new Date('2026-08-01T12:00:00Z');
const author = { organizationId: 1, userId: 1, now: NOW };
/** 0.0075 USD: 1,000 tokens in, 200 out (of which 500 are 0.015 each thousand). */
const CALL = {
  source: 'openai.chat',
  model: 'gpt-test',
  usage: { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 },
};
const COST = '0.0055';

const budget = (given: Partial<NewBudget> = {}): NewBudget => ({
  name: 'All',
  conditions: {},
  measure: 'usd',
  amount: '0.01',
  period: 'day',
  thresholds: [80],
  notifyForecast: false,
  channelIds: [],
  action: 'block',
  unpriced: 'open',
  reservation: false,
  ...given,
});

describe('budgets at the ingest', () => {
  let ingest: IngestFixture;
  beforeAll(async () => {
    ingest = await startIngestFixture();
    await sql`insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
      insert into organizations (id, name) values (2, 'Other');
      insert into projects (id, organization_id, name) values (22, 2, 'Theirs')`.execute(ingest.database.owner);
  });
  afterAll(() => ingest.close());
  beforeEach(async () => {
    await sql`truncate usage_records, usage_15m, provider_responses, budget_spend, budget_leases;
      delete from budgets`.execute(ingest.database.owner);
  });

  const api = () => testContext(ingest.database.as('api'));
  const make = async (given: Partial<NewBudget> = {}) => {
    const id = await inScope(api(), author, (tx) => createBudget(tx, author, budget(given)));
    await fillBudgets(testContext(ingest.database.as('worker')));
    return id;
  };
  const headers = () => ({ authorization: `Bearer ${ingest.secret}`, 'tokengrip-budgets': 'include' });
  const send = async (record: object = {}, include = true): Promise<UsageReply> => {
    const { 'tokengrip-budgets': wanted, ...rest } = headers();
    const reply = await ingest.server.inject({
      method: 'POST',
      url: '/v1/usage',
      headers: include ? { ...rest, 'tokengrip-budgets': wanted } : rest,
      payload: { ...CALL, ...record },
    });
    expect(reply.statusCode).toBe(200);
    return reply.json();
  };
  const ask = (query = '', more: Record<string, string> = {}) =>
    ingest.server.inject({ url: `/v1/budgets${query}`, headers: { ...headers(), ...more } });
  const states = async (query = ''): Promise<BudgetStates> => (await ask(query)).json();

  it('tells with each reply what is spent, the records of the request included, and when it is exceeded', async () => {
    const id = await make();
    const first = await send();
    expect(first.budgets).toEqual([
      {
        id,
        name: 'All',
        action: 'block',
        measure: 'usd',
        period: 'day',
        limit: '0.01',
        status: 'ok',
        reason: null,
        spent: COST,
        resetsAt: '2026-08-02T00:00:00.000Z',
        thresholds: [80],
        reservation: false,
        conditions: {},
      },
    ]);
    expect((await send()).budgets?.[0]).toMatchObject({ spent: '0.011', status: 'exceeded', reason: 'amount' });
    expect(await send({}, false)).not.toHaveProperty('budgets');
  });

  it('counts what was there before the budget, and follows every commit without a look at the database', async () => {
    await send();
    await make({ amount: '5' });
    for (let calls = 2; calls <= 6; calls += 1) {
      const { budgets } = await send();
      expect(budgets?.[0]?.spent).toBe(((55 * calls) / 10_000).toString());
    }
  });

  it('tells only what concerns the attributes asked with, and which attributes matter', async () => {
    await make({ name: 'Ann', conditions: { users: ['ann'] } });
    await make({ name: 'Team', conditions: { tags: { team: ['x', 'y'] } }, action: 'notify' });
    await make({ name: 'Model', conditions: { models: ['gpt-test'] } });
    const names = async (query: string) => (await states(query)).budgets.map(({ name }) => name);
    expect(await names('?user=ann')).toEqual(['Ann', 'Model']);
    expect(await names('?user=bob&tag.team=y')).toEqual(['Model', 'Team']);
    expect((await states()).by).toEqual({ user: true, customer: false, tags: ['team'] });
  });

  it('answers 304 while nothing has changed', async () => {
    await make();
    await send();
    const { headers: got } = await ask();
    const again = await ask('', { 'if-none-match': String(got.etag) });
    expect(again.statusCode).toBe(304);
    expect(again.headers).not.toHaveProperty('content-length');
    await send();
    expect((await ask('', { 'if-none-match': String(got.etag) })).statusCode).toBe(200);
  });

  it('sees a raised amount, and what another process has spent, without being told', async () => {
    const id = await make({ amount: '0.001' });
    expect((await send()).budgets?.[0]?.status).toBe('exceeded');
    await inScope(api(), author, (tx) => updateBudget(tx, author, id, budget({ amount: '7' })));
    await vi.waitFor(
      async () => expect((await states()).budgets[0]).toMatchObject({ status: 'ok', limit: '7' }),
      2_000,
    );
    await sql`update budget_spend set total_pico_usd = 8000000000000`.execute(ingest.database.owner);
    await vi.waitFor(async () => expect((await states()).budgets[0]).toMatchObject({ status: 'exceeded' }), 2_000);
  });

  it('fails closed or open on calls without a price, as the budget says', async () => {
    await make({ name: 'closed', unpriced: 'closed', amount: '100' });
    await make({ name: 'open', unpriced: 'open', amount: '100' });
    const { budgets } = await send({ model: 'nobody-knows' });
    expect(budgets?.map(({ name, status, reason }) => [name, status, reason])).toEqual([
      ['closed', 'exceeded', 'unpriced'],
      ['open', 'ok', null],
    ]);
  });

  it('knows nothing of budgets of others', async () => {
    await sql`insert into budgets (organization_id, name, conditions, measure, amount, period, thresholds, notify_forecast,
      channel_ids, action, unpriced, reservation, created_at, updated_at) values (2, 'Theirs', '{}', 'usd', 1, 'day', '{}',
      false, '{}', 'block', 'open', false, now(), now())`.execute(ingest.database.owner);
    expect((await send()).budgets).toEqual([]);
    expect((await states()).budgets).toEqual([]);
  });

  describe('reservations', () => {
    const reserve = async (id: string, given: object = {}): Promise<ReservationReply> => {
      const reply = await ingest.server.inject({
        method: 'POST',
        url: '/v1/budgets/reservations',
        headers: headers(),
        payload: { id, model: 'gpt-test', ...given },
      });
      expect(reply.statusCode).toBe(200);
      return reply.json();
    };
    const newId = () => makeEventId(NOW);

    it('are granted while there is room for the dearest of the last calls, however many ask at once', async () => {
      await make({ reservation: true, amount: '0.0275' });
      await send();
      const replies = await Promise.all(Array.from({ length: 10 }, () => reserve(newId())));
      expect(replies.filter(({ granted }) => granted)).toHaveLength(4);
      expect(replies.find(({ granted }) => !granted)?.exceeded[0]).toMatchObject({ name: 'All', status: 'exceeded' });
    });

    it('are settled by the record of the call', async () => {
      await make({ reservation: true, amount: '0.0165' });
      await send();
      const id = newId();
      expect((await reserve(id)).granted).toBe(true);
      expect((await reserve(newId())).granted).toBe(true);
      expect((await reserve(newId())).granted).toBe(false);
      // Much cheaper than was set aside.
      await send({ id, usage: { prompt_tokens: 1, completion_tokens: 0, total_tokens: 1 } });
      expect((await sql`select from budget_leases`.execute(ingest.database.owner)).rows).toHaveLength(1);
    });

    it('expire', async () => {
      await make({ reservation: true, amount: '0.011' });
      await send();
      expect((await reserve(newId())).granted).toBe(true);
      expect((await reserve(newId())).granted).toBe(false);
      await sql`update budget_leases set expires_at = ${NOW}`.execute(ingest.database.owner);
      expect((await reserve(newId())).granted).toBe(true);
    });

    it('are not asked of budgets that do without', async () => {
      await make({ amount: '0.000001' });
      expect(await reserve(newId())).toEqual({ granted: true, exceeded: [], expiresAt: null });
    });
  });
});
