import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import { PROJECTS, START_MS, startTestRecosting, type TestRecosting } from './testing.ts';

const MODELS = ['alpha', 'beta', 'gamma'] as const;

/** A call of any kind; `isUnread`: stored by a reader that did not yet know how to read it. */
const aCall = fc.record({
  minute: fc.integer({ min: 0, max: 2 * 24 * 60 - 1 }),
  project: fc.constantFrom(...PROJECTS),
  model: fc.constantFrom(...MODELS),
  usage: fc.oneof(
    { weight: 5, arbitrary: fc.record({ prompt_tokens: fc.nat(5_000), completion_tokens: fc.nat(500) }) },
    fc.constant({ prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 9 } }),
    fc.record({
      service_tier: fc.constantFrom('flex', 'default'),
      usage: fc.record({ prompt_tokens: fc.nat(90), completion_tokens: fc.nat(9) }),
    }),
    fc.constant(undefined),
  ),
  status: fc.constantFrom('ok', 'ok', 'error'),
  latencyMs: fc.option(fc.nat(10_000), { nil: undefined }),
  responseId: fc.option(fc.constantFrom('r1', 'r2', 'r3'), { nil: undefined }),
  source: fc.constantFrom('openai.chat', 'openai-compatible.chat'),
  feature: fc.option(fc.constantFrom('search', 'chat'), { nil: undefined }),
  isUnread: fc.boolean(),
});
type Call = typeof aCall extends fc.Arbitrary<infer T> ? T : never;

const aRate = fc.option(
  fc.record({
    input_cost_per_token: fc.integer({ min: 1, max: 999 }).map((rate) => `0.000000${rate}`),
    output_cost_per_token: fc.integer({ min: 1, max: 999 }).map((rate) => `0.000000${rate}`),
  }),
  { nil: undefined },
);

const someCalls = fc.array(aCall, { minLength: 1, maxLength: 25 });

const anAction = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), calls: someCalls }),
  fc.record({ kind: fc.constant('price' as const), model: fc.constantFrom(...MODELS), rates: aRate }),
  fc.record({
    kind: fc.constant('apply' as const),
    /** Come in while it runs. */
    calls: someCalls,
    pageRows: fc.integer({ min: 1, max: 30 }),
    onlyUnpriced: fc.boolean(),
    cancelAfter: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('undo' as const), calls: someCalls, pageRows: fc.integer({ min: 1, max: 30 }) }),
);

describe('re-costing at random points of random traffic', () => {
  let test: TestRecosting;

  beforeAll(async () => {
    test = await startTestRecosting();
  });
  afterAll(() => test.close());

  async function insert(calls: readonly Call[]): Promise<void> {
    const records: PreparedRecord[] = [];
    for (const { minute, project, isUnread, ...call } of calls) {
      const timestamp = new Date(START_MS + minute * 60_000).toISOString();
      const defined = Object.fromEntries(Object.entries(call).filter(([, value]) => value !== undefined));
      const record = await test.prepare({ ...defined, provider: 'openai', timestamp }, project);
      records.push(isUnread && record.rawUsage ? unread(record) : record);
    }
    await test.write(records);
  }

  const unread = (record: PreparedRecord): PreparedRecord => ({
    ...record,
    costStatus: 'unreadable',
    tokens: {},
    costs: {},
    totalPicoUsd: null,
    priceVersionId: null,
    priceMatch: 'no_known_field',
    serviceTier: null,
    approximate: [],
    tools: null,
  });

  async function expectExactSums(): Promise<void> {
    const { actual, expected } = await test.rollups();
    expect(actual).toEqual(expected);
  }

  /** Rows by key, without those that came later. */
  async function rowsOf(keys?: ReadonlySet<string>): Promise<Map<string, string>> {
    const all = new Map(
      (await test.rows()).map((row) => [row.slice(0, row.indexOf(',', 30)).split(',').slice(0, 3).join(), row]),
    );
    return keys ? new Map([...all].filter(([key]) => keys.has(key))) : all;
  }

  it('keeps sums exact, does what its preview said, and takes everything back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAction, { minLength: 3, maxLength: 10 }), async (actions) => {
        await sql`truncate usage_records, usage_15m, usage_touched, provider_responses, recostings, recosting_lines,
          recosting_changes, price_versions cascade`.execute(test.database.owner);
        const applied: { id: number; before: Map<string, string> }[] = [];
        for (const action of actions) {
          if (action.kind === 'insert') await insert(action.calls);
          if (action.kind === 'price') await test.setPrice(`openai/${action.model}`, action.rates);
          if (action.kind === 'apply') {
            const { id, preview } = await test.preview({ onlyUnpriced: action.onlyUnpriced });
            const before = await rowsOf();
            // Whoever writes meanwhile knows today's prices; what an old reader wrote would be changed, too.
            const meanwhile = action.calls.map((call) => ({ ...call, isUnread: false }));
            let pages = 0;
            const progress = async () => {
              pages += 1;
              if (pages === action.cancelAfter) await test.cancel(id).catch(() => {});
            };
            await Promise.all([test.apply(id, { pageRows: action.pageRows, progress }), insert(meanwhile)]);
            await expectExactSums();
            if ((await test.read(id)).state === 'cancelled') await test.apply(id, { pageRows: action.pageRows });
            const { state, effect } = await test.read(id);
            expect(state).toBe('applied');
            expect(effect.changedRecords).toBe(preview.changedCalls + preview.changedDuplicates);
            expect(toPico(effect.difference)).toBe(toPico(preview.costAfter) - toPico(preview.costBefore));
            applied.push({ id, before });
          }
          if (action.kind === 'undo') {
            const last = applied.pop();
            if (!last) continue;
            await Promise.all([test.undo(last.id, { pageRows: action.pageRows }), insert(action.calls)]);
            expect(await rowsOf(new Set(last.before.keys()))).toEqual(last.before);
            expect((await test.read(last.id)).effect).toMatchObject({ notRestoredRecords: 0, difference: '0' });
          }
          await expectExactSums();
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

const toPico = (usd: string): bigint => {
  const [whole = '', fraction = ''] = usd.replace('-', '').split('.');
  const amount = BigInt(whole + fraction.padEnd(12, '0'));
  return usd.startsWith('-') ? -amount : amount;
};
