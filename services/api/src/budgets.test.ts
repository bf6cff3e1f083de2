import type { Budget, BudgetDetail, BudgetList, BudgetPreview, NewBudget } from '@tokengrip/core/contract/budgets';
import { fillBudgets } from '@tokengrip/core/domain/budgets/fill-budgets';
import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { testContext } from '@tokengrip/core/testing/context';
import { testRecord } from '@tokengrip/core/testing/usage-record';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let projectId: number;

beforeAll(async () => {
  api = await startTestApi();
  api.clock.set('2026-08-01T12:10:00Z');
  const owner = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password', timeZone: 'Asia/Kolkata' };
  api.signIn(await api.post('/auth/setup', owner));
  const { rows } = await sql<{ id: number }>`select id from projects`.execute(api.database.owner);
  projectId = rows[0]?.id ?? 0;
  await sql`insert into organizations (id, name) values (99, 'Other');
    insert into budgets (id, organization_id, name, conditions, measure, amount, period, thresholds, notify_forecast,
      channel_ids, action, unpriced, reservation, created_at, updated_at) values (990, 99, 'Theirs', '{}', 'usd', 1, 'day', '{}',
      false, '{}', 'block', 'open', false, now(), now())`.execute(api.database.owner);
  const usd = (amount: number) => ({ totalPicoUsd: BigInt(amount) * 10n ** 12n });
  await storeUsage(testContext(api.database.as('ingest')), [
    // 23:45 of 31 July and 00:15 of 1 August in India.
    testRecord({ projectId, ts: new Date('2026-07-31T18:15:00Z'), ...usd(3), model: 'a', endUser: 'u1' }),
    testRecord({
      projectId,
      ts: new Date('2026-07-31T18:45:00Z'),
      ...usd(4),
      model: 'a',
      endUser: 'u1',
      tokens: { input: 7 },
    }),
    testRecord({ projectId, ts: new Date('2026-08-01T12:05:00Z'), ...usd(1), model: 'b', endUser: 'u2' }),
  ]);
});
afterAll(() => api.close());

const budget = (given: Partial<NewBudget> = {}): NewBudget => ({
  name: 'Everything',
  conditions: {},
  measure: 'usd',
  amount: '10',
  period: 'day',
  thresholds: [50, 80, 100],
  notifyForecast: true,
  channelIds: [],
  action: 'notify',
  unpriced: 'open',
  reservation: false,
  ...given,
});
const fill = () => fillBudgets(testContext(api.database.as('worker'), api.clock));
const make = async (given: Partial<NewBudget> = {}): Promise<Budget> => {
  const reply = await api.post('/budgets', budget(given));
  expect(reply.statusCode).toBe(201);
  return reply.json();
};

describe('budgets over the api', () => {
  it('are filled with what was spent before, in the organization’s own day', async () => {
    const made = await make();
    expect(made.state).toMatchObject({ status: 'filling', periodStart: '2026-07-31T18:30:00.000Z' });
    await fill();
    const detail: BudgetDetail = (await api.get(`/budgets/${made.id}`)).json();
    expect(detail.budget.state).toMatchObject({
      status: 'ok',
      spent: '5',
      calls: 2,
      tokens: 7,
      periodStart: '2026-07-31T18:30:00.000Z',
      periodEnd: '2026-08-01T18:30:00.000Z',
    });
    expect(detail.periods.slice(0, 3).map(({ spent, partial }) => [spent, partial])).toEqual([
      ['5', false],
      ['3', false],
      ['0', false],
    ]);
    expect(detail.burn.bucket).toBe('hour');
    expect(detail.burn.points[0]).toEqual({ start: '2026-07-31T18:30:00.000Z', spent: '4' });
    expect(detail.burn.points.at(-1)?.spent).toBe('1');
    expect(detail.drivers.find(({ dimension }) => dimension === 'model')?.values).toEqual([
      { value: 'a', label: 'a', spent: '4', calls: 1 },
      { value: 'b', label: 'b', spent: '1', calls: 1 },
    ]);
    expect(detail.changes).toMatchObject([{ action: 'budget.created', by: { name: 'Ada' }, before: null }]);
  });

  it('keep their spend when the amount changes, count anew when the conditions do, and say who changed what', async () => {
    const { id } = await make();
    await fill();
    const raised: Budget = (await api.put(`/budgets/${id}`, budget({ amount: '4' }))).json();
    expect(raised.state).toMatchObject({ status: 'exceeded', reason: 'amount', spent: '5' });
    const other: Budget = (await api.put(`/budgets/${id}`, budget({ conditions: { users: ['u2'] } }))).json();
    expect(other.state.status).toBe('filling');
    await fill();
    const detail: BudgetDetail = (await api.get(`/budgets/${id}`)).json();
    expect(detail.budget.state).toMatchObject({ status: 'ok', spent: '1' });
    expect(detail.changes.map(({ before, after }) => [before, after])).toEqual([
      [
        { conditions: {}, amount: '4' },
        { conditions: { users: 1 }, amount: '10' },
      ],
      [{ amount: '10' }, { amount: '4' }],
      [null, expect.objectContaining({ amount: '10' })],
    ]);
  });

  it('are archived, and no more counted', async () => {
    const { id } = await make({ name: 'Old' });
    expect((await api.delete(`/budgets/${id}`)).json().state.status).toBe('archived');
    expect((await api.put(`/budgets/${id}`, budget())).statusCode).toBe(409);
    const { budgets }: BudgetList = (await api.get('/budgets')).json();
    expect(budgets.at(-1)).toMatchObject({ id, state: { status: 'archived' } });
  });

  it('leave as a file, a row for each period, harmless to spreadsheets', async () => {
    const made = await make({ name: '=1+1', conditions: { models: ['a'] } });
    await fill();
    const csv = await api.get('/budgets/export?format=csv');
    expect(csv.headers['content-disposition']).toBe('attachment; filename="tokengrip-budgets-2026-08-01.csv"');
    const [names = '', ...lines] = csv.body.trimEnd().split('\r\n');
    const own = lines.filter((line) => line.startsWith(`${made.id},`));
    expect(names).toMatch(/^budgetId,name,.*,periodStart,periodEnd,spent,/);
    expect(own).toHaveLength(12);
    expect(own[0]).toContain("'=1+1");
    expect(own[0]).toContain(',2026-07-31T18:30:00.000Z,2026-08-01T18:30:00.000Z,4,1,7,0,false');
    expect(own[1]).toContain(',2026-07-30T18:30:00.000Z,2026-07-31T18:30:00.000Z,3,');
    const detail: BudgetDetail = (await api.get(`/budgets/${made.id}`)).json();
    for (const format of ['json', 'jsonl']) {
      const { body } = await api.get(`/budgets/export?format=${format}`);
      const budgets =
        format === 'json'
          ? JSON.parse(body)
          : body
              .trimEnd()
              .split('\n')
              .map((line) => JSON.parse(line));
      expect(budgets.find(({ id }: { id: number }) => id === made.id)).toEqual({
        ...detail.budget,
        periods: detail.periods,
      });
    }
    expect(csv.body).not.toContain('Theirs');
  });

  it('are previewed over the periods behind us', async () => {
    const asked = { conditions: { models: ['a'] }, measure: 'usd', period: 'day' };
    const { periods }: BudgetPreview = (await api.post('/budgets/preview', asked)).json();
    expect(periods.slice(0, 3).map(({ spent }) => spent)).toEqual(['4', '3', '0']);
    const byUser = await api.post('/budgets/preview', { ...asked, conditions: { users: ['u1'] } });
    expect(
      byUser
        .json()
        .periods.slice(0, 2)
        .map(({ spent }: { spent: string }) => spent),
    ).toEqual(['4', '3']);
    const rolling = await api.post('/budgets/preview', {
      ...asked,
      conditions: {},
      period: 'rolling',
      rollingHours: 1,
    });
    expect(rolling.json().periods[0].spent).toBe('1');
  });

  it.each<[string, Partial<NewBudget>, string]>([
    ['an amount of nothing', { amount: '0' }, 'amount'],
    ['half a call', { measure: 'calls', amount: '1.5' }, 'amount'],
    ['a project of others', { conditions: { projects: [99_999] } }, 'conditions.projects'],
    ['a key of others', { conditions: { keys: [99_999] } }, 'conditions.keys'],
    ['hours of a month', { rollingHours: 5 }, 'rollingHours'],
    ['a window without hours', { period: 'rolling' }, 'rollingHours'],
    ['a reservation that stops nobody', { reservation: true }, 'reservation'],
    ['a name of blanks', { name: '  ' }, 'name'],
  ])('refuse %s', async (_name, given, field) => {
    const reply = await api.post('/budgets', budget(given));
    expect(reply.statusCode).toBe(400);
    expect(reply.json().errors).toMatchObject([{ field }]);
  });

  it('are the organization’s own, and changed by admins alone', async () => {
    expect((await api.get('/budgets')).json().budgets.map(({ name }: Budget) => name)).not.toContain('Theirs');
    expect((await api.get('/budgets/990')).statusCode).toBe(404);
    expect((await api.put('/budgets/990', budget())).statusCode).toBe(404);
    await sql`update memberships set role = 'member'`.execute(api.database.owner);
    expect((await api.post('/budgets', budget())).statusCode).toBe(403);
    expect((await api.get('/budgets')).statusCode).toBe(200);
    await sql`update memberships set role = 'owner'`.execute(api.database.owner);
  });
});
