import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../cost/catalog.ts';
import { parsePriceFile } from '../../../cost/price-file.ts';
import { SNAPSHOT_FILE } from '../../prices/load-snapshot.ts';
import type { Look } from '../look.ts';
import { priceList } from '../look-at-project.ts';
import { type SpotSums, spotKey, type Traffic } from '../traffic.ts';
import { judgeBatch } from './batch.ts';
import { judgeCacheLoss } from './cache-loss.ts';
import { judgeCachePrefix } from './cache-prefix.ts';
import { judgeCheaperModel } from './cheaper-model.ts';
import { judgeFailedCalls } from './failed-calls.ts';
import { judgeLongAnswers } from './long-answers.ts';
import { judgeLongContext } from './long-context.ts';
import { judgeOutliers } from './outlier.ts';
import { judgeReasoningEffort } from './reasoning-effort.ts';
import { judgeRepeats } from './repeats.ts';
import { judgeSupersededModel } from './superseded-model.ts';
import { judgeTruncated } from './truncated.ts';

const prices = parsePriceFile(readFileSync(SNAPSHOT_FILE, 'utf8'));
if (prices.status === 'refused') throw new Error(prices.reason);
const catalog = createCatalog([...prices.entries].map(([key, entry]) => ({ key, entry, versionId: key })));

const USD = 10n ** 12n;
const now = new Date('2026-10-01T00:00:00Z');

const traffic = (given: Partial<Traffic> = {}): Traffic => ({
  feature: 'f',
  provider: 'openai',
  model: 'gpt-5.4',
  tier: 'default',
  region: null,
  speed: null,
  band: 0,
  calls: 1_000n,
  costPicoUsd: 40n * USD,
  tokens: { input: 10_000_000n, output: 1_000_000n },
  ...given,
});

function look(rows: readonly Traffic[], more: Partial<Look> = {}): Look {
  const spots = rows.map((row): [string, SpotSums] => [
    spotKey(row),
    {
      ...row,
      okCalls: row.calls,
      okCostPicoUsd: row.costPicoUsd,
      outputTokens: row.tokens.output ?? 0n,
      outputCostPicoUsd: 0n,
      medianOutput: 100,
      attempts: row.calls,
      first: new Date('2026-09-01T00:00:00Z'),
    },
  ]);
  return {
    projectId: 11,
    from: new Date('2026-09-01T00:00:00Z'),
    to: now,
    days: 30,
    ...priceList(catalog, now),
    spots: new Map(spots),
    traffic: [],
    floorPicoUsd: USD,
    ...more,
  };
}

describe('batch', () => {
  const judge = (row: Traffic) => judgeBatch(look([row]), { alone: [row], dependent: [] });

  it('saves what the list says, to the last digit', () => {
    // 10 million at 2.50 and 1 million at 15.00 come to 40.00; both cost half in a batch.
    expect(judge(traffic()).map(({ savingPicoUsdPerMonth }) => savingPicoUsdPerMonth)).toEqual([20n * USD]);
  });

  it('is not proposed where the list has no rate for it: unknown is not half', () => {
    expect(judge(traffic({ provider: 'anthropic', model: 'claude-sonnet-5' }))).toEqual([]);
  });

  it('counts what has no rate of the tier as not cheaper', () => {
    // The list has no batch rate for what gpt-4o reads from its cache: 1 million at 1.25 stays.
    const tokens = { input: 10_000_000n, cacheRead: 1_000_000n };
    const saved = judge(traffic({ model: 'gpt-4o', tokens, costPicoUsd: (USD * 105n) / 4n }));
    expect(saved.map(({ savingPicoUsdPerMonth }) => savingPicoUsdPerMonth)).toEqual([(USD * 25n) / 2n]);
  });

  it('is flex where one call waits for the other', () => {
    const row = traffic();
    const [draft] = judgeBatch(look([row]), { alone: [], dependent: [row] });
    expect(draft?.change).toEqual({ kind: 'tier', tier: 'flex' });
  });
});

describe('a model', () => {
  it('is not proposed where prompts are longer than it takes', () => {
    const row = traffic({ model: 'gpt-4.1', band: 2, tokens: { input: 250_000_000n, output: 10_000n } });
    expect(judgeCheaperModel(look([row]), [row])).toHaveLength(1);
    // gpt-5.4-mini takes 272,000 tokens.
    const longer = traffic({ band: 4 });
    expect(judgeCheaperModel(look([longer]), [longer])).toEqual([]);
  });

  it('is the same provider’s, in the same region', () => {
    const row = traffic({ provider: 'bedrock', model: 'eu.anthropic.claude-sonnet-4-6', region: 'eu-central-1' });
    const [draft] = judgeSupersededModel(look([row]), [row]);
    expect(draft?.change).toEqual({ kind: 'model', provider: 'bedrock', model: 'eu.anthropic.claude-sonnet-5' });
  });

  it('that is dearer does not supersede', () => {
    const row = traffic({ model: 'gpt-5.1' });
    expect(judgeSupersededModel(look([row]), [row])).toEqual([]);
  });

  it('that nobody knows gets no proposal', () => {
    const row = traffic({ provider: 'in-house', model: 'argus' });
    expect(judgeCheaperModel(look([row]), [row])).toEqual([]);
    expect(judgeSupersededModel(look([row]), [row])).toEqual([]);
  });
});

it('what a provider caches by itself is not proposed to be switched off', () => {
  const tokens = { input: 1_000_000n, cacheWrite5m: 20_000_000n, output: 100_000n };
  const [claude, gpt] = [
    traffic({ provider: 'anthropic', model: 'claude-sonnet-5', tokens }),
    traffic({ model: 'gpt-5.6-terra', tokens }),
  ];
  expect(judgeCacheLoss(look([claude]), [claude])).toHaveLength(1);
  expect(judgeCacheLoss(look([gpt]), [gpt])).toEqual([]);
});

it('nothing below the floor is worth saying, and a short period counts as the month that it would be', () => {
  const row = traffic({ calls: 50n, costPicoUsd: (USD * 9n) / 10n });
  expect(judgeTruncated(look([row]), [row])).toEqual([]);
  const [draft] = judgeTruncated(look([row], { days: 3 }), [row]);
  expect(draft?.savingPicoUsdPerMonth).toBe(9n * USD);
});

describe('one that is out of line', () => {
  const top = {
    kind: 'key' as const,
    feature: 'f',
    value: '7',
    others: 5n,
    calls: 100n,
    tokens: 1_000n,
    costPicoUsd: 40n * USD,
    nextPicoUsd: 4n * USD,
    allPicoUsd: 60n * USD,
    spots: [{ feature: 'f', provider: 'openai', model: 'gpt-5.4', costPicoUsd: 40n * USD }],
  };

  it('is a key, too, and saves what is above the next one', () => {
    const [draft] = judgeOutliers(look([traffic()]), [top]);
    expect(draft).toMatchObject({ savingPicoUsdPerMonth: 36n * USD, scope: { projectId: 11, feature: 'f', keyId: 7 } });
  });

  it.each([
    ['there are few others', { others: 3n }],
    ['the next one is near', { nextPicoUsd: 11n * USD }],
    ['it is a small part', { allPicoUsd: 300n * USD }],
    ['it made few calls', { calls: 20n }],
  ])('is none where %s', (_name, more) => {
    expect(judgeOutliers(look([traffic()]), [{ ...top, ...more }])).toEqual([]);
  });
});

describe('the beginning of prompts', () => {
  const prefix = {
    ...traffic({ provider: 'anthropic', model: 'claude-haiku-4-5', tier: null, costPicoUsd: 10n * USD }),
    tokens: 6_000_000n,
    prefixTokens: 5_000,
    within5m: 900n,
    within1h: 1_000n,
  };
  const judge = (more: Partial<typeof prefix>) => judgeCachePrefix(look([]), [{ ...prefix, ...more }]);

  it('saves what reading saves, less what writing costs more, of the better of both times', () => {
    // 1,000 times 5,000 tokens at 1.00 a million come to 5.00. 5 minutes: 900 reads at 0.10 and 100 writes at 1.25, 4.50 less
    // 0.45 and 0.625. An hour: 1,000 reads at 0.10.
    expect(judge({ within1h: 999n }).map(({ change }) => change)).toEqual([
      { kind: 'cache', ttl: '1h', prefixTokens: 5_000 },
    ]);
    const [five] = judge({ within1h: 900n });
    expect(five?.savingPicoUsdPerMonth).toBe(5n * USD - (USD * 45n) / 100n - (USD * 625n) / 1_000n);
  });

  it.each([
    ['too short for the model', { prefixTokens: 4_000 }],
    ['too seldom', { within5m: 100n, within1h: 200n }],
    ['on a model that caches by itself', { provider: 'openai', model: 'gpt-5.4' }],
  ])('is left alone where it is %s', (_name, more) => {
    expect(judge(more)).toEqual([]);
  });
});

describe('what is usual', () => {
  const row = traffic();
  const there = look([row]);
  const spot = { feature: 'f', provider: 'openai', model: 'gpt-5.4' };
  const part = { ...spot, calls: 100n, tokens: 1_000n };

  it('a few failed calls are', () => {
    const failed = (costPicoUsd: bigint) => judgeFailedCalls(there, [{ ...part, errorType: 'timeout', costPicoUsd }]);
    expect(failed((USD * 3n) / 10n)).toEqual([]);
    expect(failed(2n * USD).map(({ savingPicoUsdPerMonth }) => savingPicoUsdPerMonth)).toEqual([2n * USD]);
  });

  it('a few repeated calls are', () => {
    const repeated = (costPicoUsd: bigint, quick: boolean) => judgeRepeats(there, [{ ...part, quick, costPicoUsd }]);
    expect(repeated((USD * 19n) / 10n, true)).toEqual([]);
    expect(repeated(3n * USD, true).map(({ rule }) => rule)).toEqual(['retries']);
    expect(repeated(3n * USD, false).map(({ rule }) => rule)).toEqual(['duplicates']);
  });

  it('an answer that is now and then much longer is', () => {
    const long = (output: bigint) =>
      judgeLongAnswers(there, [{ ...traffic({ calls: 50n, tokens: { output } }), excess: output - 5_000n }]);
    expect(long(140_000n)).toEqual([]);
    // 195,000 tokens at 15.00 a million.
    expect(long(200_000n).map(({ savingPicoUsdPerMonth }) => savingPicoUsdPerMonth)).toEqual([(USD * 2_925n) / 1_000n]);
  });

  it('thinking four times as long as the answer is', () => {
    const thinking = (reasoning: bigint) =>
      judgeReasoningEffort(there, [
        { ...traffic({ tokens: { output: 100_000n, reasoning } }), excess: reasoning - 200_000n, effort: 'high' },
      ]);
    expect(thinking(400_000n)).toEqual([]);
    expect(thinking(600_000n).map(({ savingPicoUsdPerMonth }) => savingPicoUsdPerMonth)).toEqual([6n * USD]);
  });
});

it('a prompt a little above a size is priced as if it were cut to it', () => {
  // Above 272,000 tokens a million costs 5.00 instead of 2.50; 20 calls of 280,000 tokens.
  const row = traffic({ calls: 20n, band: 4, tokens: { input: 5_600_000n }, costPicoUsd: 28n * USD });
  const [draft] = judgeLongContext(look([row]), [{ ...row, threshold: 272_000, excess: 160_000n }]);
  expect(draft?.savingPicoUsdPerMonth).toBe(28n * USD - (USD * 136n) / 10n);
  expect(judgeLongContext(look([row]), [{ ...row, calls: 5n, threshold: 272_000, excess: 160_000n }])).toEqual([]);
});
