import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../cost/catalog.ts';
import { parsePriceFile } from '../cost/price-file.ts';
import { priceUsage } from '../cost/price-usage.ts';
import { readUsage } from '../usage/read-usage.ts';
import { isUsageSource } from '../usage/sources.ts';
import { generateSample } from './generate.ts';

const prices = parsePriceFile(readFileSync(new URL('../../prices/snapshot.json', import.meta.url), 'utf8'));
if (prices.status === 'refused') throw new Error(prices.reason);
const catalog = createCatalog([...prices.entries].map(([key, entry]) => ({ key, entry, versionId: key })));

/** USD of each call, the models that have no price, and the reasons why a price is not exact. */
function price(seed: number, calls: number) {
  const costs: number[] = [];
  const byFeature = new Map<string, number>();
  const unpriced = new Set<string>();
  const approximations = new Set<string>();
  const sample = generateSample({
    seed,
    calls,
    from: new Date('2025-11-01T00:00Z'),
    to: new Date('2026-11-01T00:00Z'),
  });
  for (const { source, usage, provider, model, timestamp = '', serviceTier, region, feature = '' } of sample) {
    if (!usage || !isUsageSource(source)) continue;
    const read = readUsage({ source, usage, provider, serviceTier, region });
    if (read.status !== 'read') throw new Error(JSON.stringify(read));
    const priced = priceUsage(catalog, { provider, model, usage: read.usage, timestampMs: Date.parse(timestamp) });
    if (priced.status === 'unpriced') {
      unpriced.add(model);
      continue;
    }
    for (const reason of priced.approximate) approximations.add(`${model} ${reason}`);
    const usd = Number(priced.totalPicoUsd) / 1e12;
    costs.push(usd);
    byFeature.set(feature, (byFeature.get(feature) ?? 0) + usd);
  }
  return { costs, byFeature, unpriced, approximations, total: costs.reduce((sum, cost) => sum + cost, 0) };
}

describe('what the sample company spends', () => {
  const { costs, byFeature, unpriced, approximations, total } = price(31, 60_000);

  it('is some 15,000 USD for a million calls, and no call is absurd', () => {
    expect((total / 60_000) * 1_000_000).toBeGreaterThan(11_000);
    expect((total / 60_000) * 1_000_000).toBeLessThan(19_000);
    expect(Math.max(...costs)).toBeLessThan(2);
  });

  it('is priced exactly but for the in-house model', () => {
    expect([...unpriced]).toEqual(['argus-moderation-2']);
    expect([...approximations]).toEqual([]);
  });

  it('has no feature that is everything', () => {
    expect(Math.max(...byFeature.values()) / total).toBeLessThan(0.35);
  });
});
