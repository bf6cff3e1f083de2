import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BudgetConditions, NewBudget } from '../../contract/budgets.ts';
import { inScope } from '../../db/scope.ts';
import { START_MS, startTestRecosting, type TestRecosting } from '../recosting/testing.ts';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import { writeRecords } from '../usage/write-records.ts';
import { type KnownBudgets, loadKnownBudgets, StaleBudgetsError } from './count-spend.ts';
import { fillBudgets } from './fill-budgets.ts';
import { archiveBudget, createBudget, updateBudget } from './write-budget.ts';

const MODELS = ['alpha', 'beta'] as const;
const USERS = ['u1', 'u2'] as const;

const some = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });

const aCall = fc.record({
  // Over two days, so that some are late.
  minute: fc.integer({ min: 0, max: 2 * 24 * 60 - 1 }),
  project: fc.constantFrom(11, 12),
  model: fc.constantFrom(...MODELS),
  usage: fc.option(fc.record({ prompt_tokens: fc.nat(5_000), completion_tokens: fc.nat(500) }), { nil: undefined }),
  responseId: some('r1', 'r2', 'r3'),
  source: fc.constantFrom('openai.chat', 'openai-compatible.chat'),
  feature: some('search', 'chat'),
  user: some(...USERS),
  tags: some({ team: 'a' }, { team: 'b', plan: 'x' }),
});
const someCalls = fc.array(aCall, { minLength: 1, maxLength: 20 });

const conditions: fc.Arbitrary<BudgetConditions> = fc.record(
  {
    projects: fc.constantFrom([11], [12], [11, 12]),
    models: fc.constantFrom(['alpha'], ['alpha', 'beta']),
    features: fc.constantFrom(['search']),
    users: fc.constantFrom(['u1'], ['u1', 'u2']),
    tags: fc.constantFrom<Record<string, string[]>>({ team: ['a', 'b'] }, { team: ['b'], plan: ['x'] }),
  },
  { requiredKeys: [] },
);

const anAction = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), batches: fc.array(someCalls, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('create' as const), conditions, calls: someCalls }),
  fc.record({ kind: fc.constant('change' as const), nth: fc.nat(5), conditions, calls: someCalls }),
  fc.record({ kind: fc.constant('archive' as const), nth: fc.nat(5) }),
  fc.record({
    kind: fc.constant('reprice' as const),
    model: fc.constantFrom(...MODELS),
    rate: fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined }),
    calls: someCalls,
  }),
);

const budget = (given: BudgetConditions): NewBudget => ({
  name: 'b',
  conditions: given,
  measure: 'usd',
  amount: '1',
  period: 'month',
  thresholds: [],
  notifyForecast: false,
  channelIds: [],
  action: 'block',
  unpriced: 'open',
  reservation: false,
});

describe('the spend of budgets, whatever happens to records and budgets at once', () => {
  let test: TestRecosting;
  let remembered: KnownBudgets | undefined;
  beforeAll(async () => {
    test = await startTestRecosting();
  });
  afterAll(() => test.close());

  /** As the ingest writes: by budgets that it remembers, and again when they have changed. */
  async function insert(calls: readonly (typeof aCall extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> {
    const records: PreparedRecord[] = [];
    for (const { minute, project, ...call } of calls) {
      const timestamp = new Date(START_MS + minute * 60_000).toISOString();
      const defined = Object.fromEntries(Object.entries(call).filter(([, value]) => value !== undefined));
      records.push(await test.prepare({ ...defined, provider: 'openai', timestamp }, project));
    }
    for (;;) {
      remembered ??= await loadKnownBudgets(test.worker.db);
      try {
        const budgets = remembered;
        await test.worker.db.transaction().execute((tx) => writeRecords(tx, records, { budgets }));
        return;
      } catch (error) {
        if (!(error instanceof StaleBudgetsError)) throw error;
        remembered = undefined;
      }
    }
  }

  const author = { organizationId: 1, userId: 1, now: new Date('2026-08-01T22:00:00Z') };
  const asApi = <T>(work: Parameters<typeof inScope<T>>[2]) => inScope(test.api, author, work);

  /** What the records say, counted in another way than the code does. */
  async function expectExact(): Promise<void> {
    const { rows: actual } = await sql`
      select s.budget_id, s.project_id, s.bucket, s.calls, s.tokens, s.unpriced_calls, s.total_pico_usd
      from budget_spend s join budgets b on b.id = s.budget_id
      where b.archived_at is null and s.calls <> 0 order by 1, 2, 3`.execute(test.database.owner);
    const { rows: expected } = await sql`
      select b.id as budget_id, r.project_id, to_timestamp(floor(extract(epoch from r.ts) / 900) * 900) as bucket,
        count(*) as calls, sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0))::bigint as tokens,
        count(*) filter (where total_pico_usd is null) as unpriced_calls, coalesce(sum(total_pico_usd), 0) as total_pico_usd
      from budgets b join usage_calls r on r.duplicate_of is null
        and (not b.conditions ? 'projects' or b.conditions -> 'projects' @> to_jsonb(r.project_id))
        and (not b.conditions ? 'models' or b.conditions -> 'models' ? r.model)
        and (not b.conditions ? 'features' or b.conditions -> 'features' ? r.feature)
        and (not b.conditions ? 'users' or b.conditions -> 'users' ? r.end_user)
        and not exists (select from jsonb_each(b.conditions -> 'tags') as t (key, list)
          where not coalesce(t.list ? (r.tags ->> t.key), false))
      where b.archived_at is null
      group by 1, 2, 3 order by 1, 2, 3`.execute(test.database.owner);
    expect(actual).toEqual(expected);
  }

  it('is that of the records', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAction, { minLength: 4, maxLength: 12 }), async (actions) => {
        await sql`truncate usage_records, usage_15m, usage_touched, provider_responses, recostings, recosting_lines,
          recosting_changes, price_versions, budgets, budget_spend, audit_log cascade`.execute(test.database.owner);
        await test.setPrice('openai/alpha', { input_cost_per_token: '0.000001', output_cost_per_token: '0.000003' });
        const ids: number[] = [];
        for (const action of actions) {
          if (action.kind === 'insert') await Promise.all(action.batches.map(insert));
          if (action.kind === 'create') {
            const create = asApi((tx) => createBudget(tx, author, budget(action.conditions)));
            await Promise.all([
              create.then(() => fillBudgets(test.worker)),
              insert(action.calls),
              insert(action.calls),
            ]);
            ids.push(await create);
          }
          const id = 'nth' in action ? ids[action.nth % Math.max(1, ids.length)] : undefined;
          if (action.kind === 'change' && id) {
            const change = asApi((tx) => updateBudget(tx, author, id, budget(action.conditions)));
            await Promise.all([
              change.then(() => fillBudgets(test.worker)),
              insert(action.calls),
              insert(action.calls),
            ]);
          }
          if (action.kind === 'archive' && id) {
            await asApi((tx) => archiveBudget(tx, author, id));
            ids.splice(ids.indexOf(id), 1);
          }
          if (action.kind === 'reprice') {
            const rates = action.rate === undefined ? undefined : { input_cost_per_token: `0.000000${action.rate}` };
            await test.setPrice(`openai/${action.model}`, rates);
            const { id: recosting } = await test.preview({});
            await Promise.all([test.apply(recosting, { pageRows: 7 }), insert(action.calls)]);
          }
          await expectExact();
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
