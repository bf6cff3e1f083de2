import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { plantWaste, ROGUE_USER } from '../../sample/company/waste.ts';
import { findTextInDatabase } from '../../testing/find-text.ts';
import { forgetPerson } from '../privacy/forget-person.ts';
import { deriveRollups } from '../rollups/derive-rollups.ts';
import { acceptRecommendation, dismissRecommendation, reopenRecommendation, snoozeRecommendation } from './decide.ts';
import { deleteGone } from './delete-gone.ts';
import { cellOf, type RecommendationDraft } from './draft.ts';
import { findSavings } from './find-savings.ts';
import { forgetInRecommendations } from './forget-in-recommendations.ts';
import { listRecommendations } from './list-recommendations.ts';
import { NOW, PERIOD, startTestSavings, store } from './testing.ts';
import { upsertRecommendations } from './upsert-recommendations.ts';

type Test = Awaited<ReturnType<typeof startTestSavings>>;

const usd = (amount: number) => BigInt(amount) * 10n ** 12n;
const ORGANIZATION = { id: 1, timeZone: 'Europe/Berlin' };

const draft = (identity: string, saving: number, more: Partial<RecommendationDraft> = {}): RecommendationDraft => ({
  rule: 'batch',
  identity,
  title: `Do ${identity}`,
  what: ['Because.'],
  steps: ['Do it.'],
  evidence: { ...PERIOD, days: 30, calls: 10n, tokens: 100n, costPicoUsd: usd(100), figures: [] },
  savingPicoUsdPerMonth: usd(saving),
  confidence: 'high',
  effort: 'low',
  risk: 'low',
  scope: { projectId: 11, feature: 'f' },
  impact: [],
  ...more,
});

describe('recommendations', () => {
  let test: Test;
  let worker: Context;
  beforeAll(async () => {
    test = await startTestSavings();
    worker = test.worker;
  });
  afterAll(() => test?.database.drop());
  beforeEach(async () => {
    test.clock.set(NOW.toISOString());
    await sql`delete from recommendations; delete from savings_runs`.execute(test.database.owner);
  });

  const find = (...list: RecommendationDraft[]) => upsertRecommendations(worker, 1, 'rule', list);
  const list = (query: Parameters<typeof listRecommendations>[2] = {}) =>
    inScope(test.api, { organizationId: 1 }, (tx) => listRecommendations(tx, ORGANIZATION, query, test.clock.now()));
  const all = async () => (await list({ state: ['open', 'accepted', 'dismissed', 'snoozed', 'gone'] })).recommendations;
  const states = async () => Object.fromEntries((await all()).map(({ identity, state }) => [identity, state]));
  type Decide<Rest extends unknown[]> = (
    tx: Parameters<typeof acceptRecommendation>[0],
    author: { organizationId: number; userId: number; now: Date },
    id: number,
    ...rest: Rest
  ) => Promise<void>;
  const decide = async <Rest extends unknown[]>(verb: Decide<Rest>, identity: string, ...rest: Rest) => {
    const id = (await all()).find((one) => one.identity === identity)?.id ?? 0;
    await inScope(test.api, { organizationId: 1, userId: 1 }, (tx) =>
      verb(tx, { organizationId: 1, userId: 1, now: test.clock.now() }, id, ...rest),
    );
  };

  it('are brought up to date, not repeated', async () => {
    await find(draft('a', 5));
    test.clock.set('2026-10-02T00:00:00Z');
    await find(draft('a', 7, { title: 'Do it at last' }));
    const { recommendations, total } = await list();
    expect(recommendations).toHaveLength(1);
    expect(recommendations[0]).toMatchObject({
      title: 'Do it at last',
      savingPerMonth: '7',
      firstSeenAt: '2026-10-01T00:00:00.000Z',
      lastSeenAt: '2026-10-02T00:00:00.000Z',
      query: '/records?range=custom&from=2026-09-01&to=2026-10-01&feature=f&project=11',
      filters: { projectId: ['11'], feature: ['f'] },
    });
    expect(total).toMatchObject({ savingPerMonth: '7', recommendations: 1 });
  });

  it('that have been gone for three months are deleted, unless somebody had decided about them', async () => {
    await find(draft('missed', 10), draft('decided', 10), draft('open', 10));
    await decide(snoozeRecommendation, 'decided', { until: '2026-10-02T00:00:00Z' });
    await find(draft('open', 10));
    expect(await states()).toEqual({ missed: 'gone', decided: 'gone', open: 'open' });
    await sql`update recommendations set last_seen_at = ${new Date(NOW.getTime() - 91 * DAY)}`.execute(
      test.database.owner,
    );
    await deleteGone(worker);
    expect(await states()).toEqual({ decided: 'gone', open: 'open' });
  });

  it('are gone when they are not found any more, and open again when they are', async () => {
    await find(draft('a', 5), draft('b', 5));
    expect(await find(draft('b', 5))).toEqual({ written: 1, gone: 1 });
    expect(await states()).toEqual({ a: 'gone', b: 'open' });
    expect((await list()).recommendations.map(({ identity }) => identity)).toEqual(['b']);
    await find(draft('a', 5), draft('b', 5));
    expect(await states()).toEqual({ a: 'open', b: 'open' });
  });

  it('stay accepted when they were carried out and are not found any more', async () => {
    await find(draft('a', 5));
    await decide(acceptRecommendation, 'a');
    await find();
    expect((await all())[0]).toMatchObject({ state: 'accepted', applies: false, decidedBy: { id: 1, name: 'Ada' } });
    await decide(reopenRecommendation, 'a');
    expect(await states()).toEqual({ a: 'gone' });
    await expect(decide(acceptRecommendation, 'a')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are accepted from the first time on, however often that is said', async () => {
    await find(draft('a', 5));
    await decide(acceptRecommendation, 'a');
    const decidedAt = (await all())[0]?.decidedAt;
    test.clock.set('2026-10-05T00:00:00Z');
    await decide(acceptRecommendation, 'a');
    expect(await all()).toMatchObject([{ state: 'accepted', decidedAt }]);
  });

  it('stay dismissed until they would save twice as much', async () => {
    await find(draft('a', 5));
    await decide(dismissRecommendation, 'a', { reason: ' We need it. ' });
    await find(draft('a', 9));
    expect((await all())[0]).toMatchObject({ state: 'dismissed', reason: 'We need it.', savingPerMonth: '9' });
    await find();
    await find(draft('a', 9));
    expect(await states()).toEqual({ a: 'dismissed' });
    await find(draft('a', 10));
    expect((await all())[0]).toMatchObject({ state: 'open', reason: null, decidedBy: null });
  });

  it('come back from a snooze at their time, whether or not anybody looks', async () => {
    await find(draft('a', 5));
    await decide(snoozeRecommendation, 'a', { until: '2026-10-08T00:00:00Z' });
    test.clock.set('2026-10-07T23:59:59Z');
    await find(draft('a', 50));
    expect((await all())[0]).toMatchObject({ state: 'snoozed', snoozedUntil: '2026-10-08T00:00:00.000Z' });
    test.clock.set('2026-10-08T00:00:00Z');
    expect((await all())[0]).toMatchObject({ state: 'open', snoozedUntil: null });
    await find(draft('a', 5));
    const { rows } = await sql`select state from recommendations`.execute(test.database.owner);
    expect(rows).toEqual([{ state: 'open' }]);
  });

  it.each([
    ['the past', '2026-09-30T00:00:00Z'],
    ['more than a year', '2028-01-01T00:00:00Z'],
  ])('are not snoozed into %s', async (_name, until) => {
    await find(draft('a', 5));
    await expect(decide(snoozeRecommendation, 'a', { until })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('of an analysis close nothing, and are not closed by the rules', async () => {
    await find(draft('a', 5));
    await upsertRecommendations(worker, 1, 'analysis', [draft('a', 3, { rule: 'idea' }), draft('c', 3)]);
    await find(draft('a', 5));
    await upsertRecommendations(worker, 1, 'analysis', []);
    expect((await list()).recommendations.map(({ source, identity, state }) => [source, identity, state])).toEqual([
      ['rule', 'a', 'open'],
      ['analysis', 'a', 'open'],
      ['analysis', 'c', 'open'],
    ]);
  });

  it('that overlap are counted once in the total', async () => {
    const cell = cellOf({ projectId: 11, feature: 'f', provider: 'openai', model: 'm' });
    const impact = (saving: number) => [{ cell, costPicoUsd: usd(100), savingPicoUsd: usd(saving) }];
    await find(
      draft('a', 50, { impact: impact(50) }),
      draft('b', 40, { impact: impact(40), overlapGroup: 'model:f' }),
      draft('c', 30, { impact: impact(30), overlapGroup: 'model:f' }),
    );
    const { total, recommendations } = await list();
    expect(total.savingPerMonth).toBe('70');
    expect(recommendations.map(({ countedPerMonth }) => countedPerMonth)).toEqual(['50', '20', '0']);
  });

  it('about a project that is gone, or of another organization, are not written', async () => {
    await find(draft('a', 5, { scope: { projectId: 21 } }), draft('b', 5, { scope: { projectId: 99 } }));
    expect(await all()).toEqual([]);
  });

  it('say in the log who decided, and nothing of whom it was about', async () => {
    await find(draft('a', 5));
    await decide(dismissRecommendation, 'a', { reason: 'Ask Jane first' });
    const { rows } = await sql<{ line: string }>`
      select concat_ws(' ', action, user_id, before, after) as line from audit_log where target = 'recommendation' and target_id =
        (select id from recommendations)`.execute(test.database.owner);
    expect(rows).toEqual([{ line: 'recommendation.dismissed 1 {"state": "open"} {"state": "dismissed"}' }]);
  });

  it('vanish with the organization', async () => {
    await sql`insert into organizations (id, name) values (3, 'Three')`.execute(test.database.owner);
    await upsertRecommendations(worker, 3, 'rule', [draft('a', 5, { scope: {} })]);
    await findSavings(worker, 3);
    await sql`delete from organizations where id = 3`.execute(test.database.owner);
    const { rows } = await sql`
      select 1 from recommendations where organization_id = 3 union all select 1 from savings_runs where organization_id = 3`.execute(
      test.database.owner,
    );
    expect(rows).toEqual([]);
  });

  it('of an analysis vanish when their sentences name somebody who is forgotten', async () => {
    const drafts = [
      draft('in the title', 5, { title: 'Batch what jane@x.test asks for' }),
      draft('in a step', 5, { steps: ['Ask (jane@x.test) first.'] }),
      draft('of another', 5, { title: 'Batch what mary-jane@x.test2 asks for' }),
    ];
    await upsertRecommendations(worker, 1, 'analysis', drafts);
    await forgetInRecommendations(worker, 1, { kind: 'user', value: 'jane@x.test' });
    expect((await all()).map(({ identity }) => identity)).toEqual(['of another']);
  });

  describe('found in records', () => {
    beforeAll(async () => {
      const period = { seed: 3, ...PERIOD };
      await store(worker, test.catalog, plantWaste('outlier', period), 11);
      await store(worker, test.catalog, plantWaste('batch', period), 12);
    }, 60_000);

    it('are written by one look, with what it looked at', async () => {
      expect(await findSavings(worker, 1)).toEqual({ found: 2, gone: 0 });
      const { run, total, recommendations } = await list();
      expect(run).toMatchObject({ state: 'done', from: PERIOD.from.toISOString(), to: NOW.toISOString() });
      const { rows } = await sql<{ calls: bigint; cost: bigint }>`
        select count(*) as calls, sum(total_pico_usd) as cost from usage_calls`.execute(test.database.owner);
      expect(run.calls).toBe(Number(rows[0]?.calls));
      expect(Number(total.costPerMonth)).toBeCloseTo(Number(rows[0]?.cost) / 1e12, 6);
      expect(recommendations.map(({ rule }) => rule).sort()).toEqual(['batch', 'outlier']);
      expect((await list({ projectId: [12] })).recommendations.map(({ rule }) => rule)).toEqual(['batch']);
      expect(await findSavings(worker, 2)).toEqual({ found: 0, gone: 0 });
      expect(await findSavings(worker, 404)).toEqual({ found: 0, gone: 0 });
    });

    it('are scaled to a month from the days on which there were calls', async () => {
      test.clock.set('2026-10-16T00:00:00Z');
      await findSavings(worker, 1);
      const batch = (await list({ projectId: [12] })).recommendations[0];
      expect(batch?.evidence.days).toBe(30);
      await sql`insert into organizations (id, name) values (4, 'Four'); insert into projects (id, organization_id, name) values (41, 4, 'D')`.execute(
        test.database.owner,
      );
      const late = plantWaste('batch', { seed: 3, ...PERIOD }).filter(({ timestamp = '' }) => timestamp > '2026-09-21');
      await store(worker, test.catalog, late, 41);
      test.clock.set(NOW.toISOString());
      await findSavings(worker, 4);
      const { recommendations } = await inScope(test.api, { organizationId: 4 }, (tx) =>
        listRecommendations(tx, { id: 4, timeZone: 'UTC' }, {}, test.clock.now()),
      );
      const days = recommendations[0]?.evidence.days ?? 0;
      expect(days).toBeGreaterThan(9);
      expect(days).toBeLessThan(11);
      const cost = Number(recommendations[0]?.evidence.cost);
      expect(Number(recommendations[0]?.savingPerMonth)).toBeCloseTo((cost / 2) * (30 / days), 2);
    });

    it('about somebody vanish when they are forgotten, also those that are written a moment later', async () => {
      await findSavings(worker, 1);
      const found = (await all()).find(({ rule }) => rule === 'outlier');
      expect(found?.scope.user).toBe(ROGUE_USER);
      // The same from the daily sums, as from the records that are not in them yet.
      await deriveRollups(worker);
      await sql`delete from recommendations where rule = 'outlier'`.execute(test.database.owner);
      await findSavings(worker, 1);
      expect((await all()).find(({ rule }) => rule === 'outlier')?.scope.user).toBe(ROGUE_USER);
      const again = draft('late', 5, { rule: 'outlier', scope: { projectId: 11, user: ROGUE_USER } });
      await forgetPerson(
        worker,
        { organizationId: 1, projectIds: [11, 12, 21], person: { kind: 'user', value: ROGUE_USER }, mode: 'erase' },
        { progress: async () => {}, signal: new AbortController().signal },
      );
      expect((await all()).map(({ rule }) => rule)).toEqual(['batch']);
      await upsertRecommendations(worker, 1, 'rule', [again]);
      expect(await findTextInDatabase(test.database.owner, ROGUE_USER)).toEqual([]);
    });
  });
});
