import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inScope } from '../../db/scope.ts';
import { listRecommendations } from '../savings/list-recommendations.ts';
import { PERIOD, startTestSavings } from '../savings/testing.ts';
import { upsertRecommendations } from '../savings/upsert-recommendations.ts';
import { recommendationsFile } from './recommendations-file.ts';

const ORGANIZATION = { id: 1, timeZone: 'Europe/Berlin' };

describe('recommendations as a file', () => {
  let test: Awaited<ReturnType<typeof startTestSavings>>;

  beforeAll(async () => {
    test = await startTestSavings();
    const draft = (title: string, feature: string, usd: bigint) => ({
      rule: 'batch' as const,
      identity: title,
      title,
      what: ['Because, of "this".'],
      steps: ['Do it.'],
      evidence: { ...PERIOD, days: 30, calls: 10n, tokens: 100n, costPicoUsd: 100n * 10n ** 12n, figures: [] },
      savingPicoUsdPerMonth: usd * 10n ** 12n,
      confidence: 'high' as const,
      effort: 'low' as const,
      risk: 'low' as const,
      scope: { projectId: 11, feature },
      impact: [],
    });
    await upsertRecommendations(test.worker, 1, 'rule', [draft('=1+1', '@chat', 5n), draft('Second', 'search', 9n)]);
  });
  afterAll(() => test?.database.drop());

  const file = (format: 'csv' | 'json' | 'jsonl') =>
    inScope(test.api, { organizationId: 1 }, (tx) =>
      recommendationsFile(tx, ORGANIZATION, { format }, test.clock.now()),
    );

  it('has a line for each, the dearest first, harmless to spreadsheets', async () => {
    const { fileName, text } = await file('csv');
    expect(fileName).toMatch(/^tokengrip-recommendations-\d{4}-\d\d-\d\d\.csv$/);
    const [names = '', first = '', second = ''] = text.split('\r\n');
    expect(names.split(',').slice(0, 7)).toEqual(['id', 'source', 'rule', 'title', 'what', 'steps', 'savingPerMonth']);
    expect(first).toContain(',Second,"Because, of ""this"".",Do it.,9,');
    expect(second).toContain(",'=1+1,");
    expect(second).toContain(",'@chat,");
  });

  it('is the list itself in JSON', async () => {
    const { recommendations } = await inScope(test.api, { organizationId: 1 }, (tx) =>
      listRecommendations(tx, ORGANIZATION, {}, test.clock.now()),
    );
    expect(JSON.parse((await file('json')).text)).toEqual(recommendations);
    const lines = (await file('jsonl')).text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(recommendations);
  });
});
