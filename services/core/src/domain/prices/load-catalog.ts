import { type Catalog, createCatalog } from '../../cost/catalog.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import type { Db } from '../../db/connection.ts';

/** All price versions, as they are known now. */
export async function loadCatalog(db: Db): Promise<Catalog> {
  const rows = await db
    .selectFrom('price_versions')
    .select(['id', 'model_key', 'effective_from', 'effective_to', 'entry'])
    .where('superseded_at', 'is', null)
    .orderBy('id')
    .execute();
  return createCatalog(
    rows.map((row) => ({
      key: row.model_key,
      versionId: row.id,
      // Every entry was validated when it was stored.
      entry: row.entry as CompactPriceEntry,
      effectiveFromMs: row.effective_from instanceof Date ? row.effective_from.getTime() : undefined,
      effectiveToMs: row.effective_to?.getTime(),
    })),
  );
}
