import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parsePriceFile } from '../../cost/price-file.ts';
import type { Db } from '../../db/connection.ts';
import type { Log } from '../../log.ts';

/** The prices that the project ships. */
export const SNAPSHOT_FILE = fileURLToPath(new URL('../../../prices/snapshot.json', import.meta.url));

/**
 * Gives a database without prices those of the shipped snapshot, as the first version of each model: it reaches back to
 * the beginning of time. A database that has prices is left alone: its own are newer or chosen.
 */
export async function loadPriceSnapshot(db: Db, log: Log, file = SNAPSHOT_FILE): Promise<void> {
  const existing = await db.selectFrom('price_versions').select('id').limit(1).executeTakeFirst();
  if (existing) return;
  const parsed = parsePriceFile(await readFile(file, 'utf8'));
  if (parsed.status === 'refused') throw new Error(`${file} is not a price file: ${parsed.reason}`);
  if (parsed.edition === undefined) throw new Error(`${file} does not say which edition it is`);
  const knownFrom = editionStart(parsed.edition);
  const rows = [...parsed.entries].map(([key, entry]) => ({
    model_key: key,
    entry: JSON.stringify(entry),
    origin: 'snapshot' as const,
    edition: parsed.edition ?? '',
    known_from: knownFrom,
  }));
  await db.transaction().execute(async (tx) => {
    for (let start = 0; start < rows.length; start += 1_000) {
      await tx
        .insertInto('price_versions')
        .values(rows.slice(start, start + 1_000))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  });
  log.info({ models: rows.length, edition: parsed.edition }, 'prices loaded from the shipped snapshot');
}

/** Older prices that are imported later go before it. */
function editionStart(edition: string): Date {
  const start = new Date(/^\d{4}-\d{2}$/.test(edition) ? `${edition}-01` : edition);
  if (Number.isNaN(start.getTime())) throw new Error(`${edition} is no edition: a month or a day was expected`);
  return start;
}
