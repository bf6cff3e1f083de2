/**
 * Makes the shipped price snapshot from an edition of LiteLLM's price file:
 *
 *     node services/core/src/cli/make-price-snapshot.ts model_prices_and_context_window.json 2026-08-01
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { formatSnapshot, parsePriceFile, SNAPSHOT_FORMAT } from '../cost/price-file.ts';

const SNAPSHOT = fileURLToPath(new URL('../../prices/snapshot.json', import.meta.url));
const SOURCE = 'LiteLLM, model_prices_and_context_window.json (MIT)';

const [input, edition] = process.argv.slice(2);
if (input === undefined || edition === undefined || !/^\d{4}-\d{2}(-\d{2})?$/.test(edition)) {
  throw new Error('usage: make-price-snapshot.ts <LiteLLM price file> <edition, YYYY-MM or YYYY-MM-DD>');
}
const prices = parsePriceFile(await readFile(input, 'utf8'));
if (prices.status === 'refused') throw new Error(`${input}: ${prices.reason}`);
const models = Object.fromEntries(prices.entries);
await writeFile(SNAPSHOT, formatSnapshot({ format: SNAPSHOT_FORMAT, source: SOURCE, edition, models }));
console.log(`${prices.entries.size} models`);
for (const { key, reason, field } of prices.refused) console.log(`refused ${key}: ${reason} ${field}`);
for (const [field, count] of prices.unused) console.log(`not used: ${field} (${count})`);
