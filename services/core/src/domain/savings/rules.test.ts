import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WASTES, type Waste, wastefulFeature } from '../../sample/company/waste.ts';
import type { RecommendationDraft } from './draft.ts';
import { lookAtProject, priceList } from './look-at-project.ts';
import { cleanTraffic, NOW, PERIOD, startTestSavings, store, wastefulTraffic } from './testing.ts';

const SEED = 7;
const CALLS = 7_000;

describe('the rules', () => {
  let database: Awaited<ReturnType<typeof startTestSavings>>['database'];
  let wasteful: RecommendationDraft[];
  let clean: RecommendationDraft[];
  let planted: Map<Waste, bigint>;

  beforeAll(async () => {
    const test = await startTestSavings();
    database = test.database;
    const traffic = wastefulTraffic(test.catalog, SEED, CALLS);
    planted = traffic.planted;
    await store(test.worker, test.catalog, traffic.records, 11);
    await store(test.worker, test.catalog, cleanTraffic(SEED + 1, 2 * CALLS), 12);
    const prices = priceList(test.catalog, NOW);
    wasteful = (await lookAtProject(test.worker.db, { projectId: 11, ...PERIOD }, prices)).drafts;
    clean = (await lookAtProject(test.worker.db, { projectId: 12, ...PERIOD }, prices)).drafts;
  }, 120_000);
  afterAll(() => database?.drop());

  it.each(WASTES)('%s is found where it was planted, once, and its size is right within 5 %%', (waste) => {
    const mine = wasteful.filter(({ scope }) => scope.feature === wastefulFeature(waste));
    expect(mine.map(({ rule }) => rule)).toEqual([waste]);
    const amount = Number(planted.get(waste));
    expect(amount).toBeGreaterThan(1e12);
    expect(Number(mine[0]?.savingPicoUsdPerMonth) / amount).toBeGreaterThan(0.95);
    expect(Number(mine[0]?.savingPicoUsdPerMonth) / amount).toBeLessThan(1.05);
  });

  it('say nothing about the traffic around it', () => {
    const features = WASTES.map(wastefulFeature);
    expect(wasteful.filter(({ scope }) => !features.includes(scope.feature ?? ''))).toEqual([]);
  });

  it('are silent on traffic that wastes nothing', () => {
    expect(clean).toEqual([]);
  });

  it('say what they saw: every one has its calls, their cost and a saving that is no more', async () => {
    for (const { rule, evidence, savingPicoUsdPerMonth, what, steps, impact } of wasteful) {
      expect(evidence.calls, rule).toBeGreaterThan(0n);
      expect(evidence.tokens, rule).toBeGreaterThan(0n);
      expect(savingPicoUsdPerMonth, rule).toBeLessThanOrEqual(evidence.costPicoUsd);
      expect(what.length, rule).toBeGreaterThan(0);
      expect(steps.length, rule).toBeGreaterThan(0);
      const saved = impact.reduce((sum, { savingPicoUsd }) => sum + savingPicoUsd, 0n);
      expect(Number(saved) / Number(savingPicoUsdPerMonth), rule).toBeCloseTo(1, 6);
    }
    const { rows } = await sql<{ calls: bigint }>`
      select count(*) as calls from usage_calls where project_id = 11 and feature = ${wastefulFeature('batch')}`.execute(
      database.owner,
    );
    expect(wasteful.find(({ rule }) => rule === 'batch')?.evidence.calls).toBe(rows[0]?.calls);
  });
});
