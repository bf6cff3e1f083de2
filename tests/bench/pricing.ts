import { readFile } from 'node:fs/promises';
import { createCatalog } from '@tokengrip/core/cost/catalog';
import { parsePriceFile } from '@tokengrip/core/cost/price-file';
import { priceUsage } from '@tokengrip/core/cost/price-usage';
import { SNAPSHOT_FILE } from '@tokengrip/core/domain/prices/load-snapshot';
import { prepareRecord } from '@tokengrip/core/domain/usage/prepare-record';
import { generateSample } from '@tokengrip/core/sample/generate';
import { readUsage } from '@tokengrip/core/usage/read-usage';
import { isUsageSource } from '@tokengrip/core/usage/sources';
import type { BenchContext, Figure } from './report.ts';
import { perSecond } from './report.ts';

const CALLS = 100_000;
const ROUNDS = 5;

/** What a record costs before the database: reading and pricing its usage, and the whole way to a row. */
export async function benchPricing({ say }: BenchContext): Promise<Figure[]> {
  say('pricing …');
  const parsed = parsePriceFile(await readFile(SNAPSHOT_FILE, 'utf8'));
  if (parsed.status === 'refused') throw new Error(parsed.reason);
  const catalog = createCatalog([...parsed.entries].map(([key, entry], versionId) => ({ key, entry, versionId })));
  const to = new Date();
  const from = new Date(to.getTime() - 30 * 24 * 3_600_000);
  const records = [...generateSample({ seed: 1, from, to, calls: CALLS })];
  const owner = { projectId: 1, keyId: null, captureContent: false, retentionDays: 90 };

  const texts = records.map((record) => JSON.stringify(record));
  const parsing = best(() => {
    for (const text of texts) JSON.parse(text);
  });
  const pricing = best(() => {
    for (const { source, usage, provider, model, units } of records) {
      if (!isUsageSource(source)) continue;
      const read = readUsage({ source, usage, provider, units });
      if (read.status === 'read')
        priceUsage(catalog, { provider, model, usage: read.usage, timestampMs: to.getTime() });
    }
  });
  const preparing = best(() => {
    for (const record of records) prepareRecord(record, { owner, catalog, now: to });
  });
  const ratio = (ms: number) => `${(ms / parsing).toFixed(2)} of JSON.parse`;
  return [
    { what: 'JSON.parse of the same records', value: perSecond(records.length, parsing) },
    { what: 'read and price the usage', value: perSecond(records.length, pricing), ratio: ratio(pricing) },
    { what: 'the same, a record', value: `${((pricing / records.length) * 1_000).toFixed(2)} µs` },
    {
      what: 'validate, read, price: from an object to a row',
      value: perSecond(records.length, preparing),
      ratio: ratio(preparing),
    },
  ];
}

/** The fastest of some rounds, in ms: what the code takes when nothing else disturbs it. */
function best(work: () => void): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    work();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
