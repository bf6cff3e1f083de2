import { readFileSync } from 'node:fs';
import { createCatalog } from '../../cost/catalog.ts';
import { parsePriceFile } from '../../cost/price-file.ts';
import { priceLine } from '../price-line.ts';

/** The prices of the worked cases, in LiteLLM's form; fixed, so that the sums in the comments stay true. */
const parsed = parsePriceFile(readFileSync(new URL('prices/list.json', import.meta.url), 'utf8'));
if (parsed.status === 'refused') throw new Error(parsed.reason);

const catalog = createCatalog([...parsed.entries].map(([key, entry]) => ({ key, versionId: 'test', entry })));

/** The output line of the `price` command for a record. */
export function priceOf(record: Record<string, unknown>): Record<string, unknown> {
  const line: unknown = JSON.parse(
    priceLine(catalog, JSON.stringify({ timestamp: '2026-08-01T00:00:00Z', ...record })),
  );
  return line as Record<string, unknown>;
}

/** What was counted and what it costs, or why it has no cost. */
export function costOf(record: Record<string, unknown>): Record<string, unknown> {
  const { tokens, cost, total, approximate, ...line } = priceOf(record);
  if (line.status !== 'priced') return line;
  return { tokens, cost, total, approximate };
}
