import { readFileSync } from 'node:fs';
import { HOUR } from '../clock.ts';
import { createCatalog } from '../cost/catalog.ts';
import { parsePriceFile } from '../cost/price-file.ts';
import { priceUsage } from '../cost/price-usage.ts';
import { generateSample } from '../sample/generate.ts';
import type { SampleOptions } from '../sample/types.ts';
import { readUsage } from '../usage/read-usage.ts';
import { isUsageSource } from '../usage/sources.ts';

/** What generated calls of one hour that are alike in everything cost together, in pico-USD. */
export interface SampleCell {
  hour: number;
  model: string;
  feature: string;
  user: string;
  customer: string;
  /** Whose feature it is. */
  team: string;
  environment: string;
  picoUsd: number;
  calls: number;
}

const prices = parsePriceFile(readFileSync(new URL('../../prices/snapshot.json', import.meta.url), 'utf8'));
if (prices.status === 'refused') throw new Error(prices.reason);
const catalog = createCatalog([...prices.entries].map(([key, entry]) => ({ key, entry, versionId: key })));

/** Generated traffic, priced and summed by the hour, for evaluations that look at months and need no database. */
export function sampleCells(options: SampleOptions): SampleCell[] {
  const cells = new Map<string, SampleCell>();
  for (const record of generateSample(options)) {
    const { source, usage, provider, model, timestamp = '', serviceTier, region } = record;
    if (!usage || !isUsageSource(source)) continue;
    const read = readUsage({ source, usage, provider, serviceTier, region });
    if (read.status !== 'read') continue;
    const time = Date.parse(timestamp);
    const priced = priceUsage(catalog, { provider, model, usage: read.usage, timestampMs: time });
    if (priced.status === 'unpriced') continue;
    const hour = Math.floor(time / HOUR) * HOUR;
    const { feature = '', user = '', customer = '', environment = '', tags } = record;
    const { team = '' } = tags ?? {};
    const key = `${hour}\0${model}\0${feature}\0${user}\0${customer}\0${team}\0${environment}`;
    const cell = cells.get(key);
    if (cell) {
      cell.picoUsd += Number(priced.totalPicoUsd);
      cell.calls += 1;
    } else {
      const picoUsd = Number(priced.totalPicoUsd);
      cells.set(key, { hour, model, feature, user, customer, team, environment, picoUsd, calls: 1 });
    }
  }
  return [...cells.values()];
}
