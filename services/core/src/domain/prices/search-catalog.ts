import type { CatalogPage, CatalogQuery, CurrentPrice } from '../../contract/prices.ts';
import type { Catalog, EffectivePrice } from '../../cost/catalog.ts';

/** The keys of a catalog that contain a text, those that begin with it first, with the prices of a moment. */
export function searchCatalog(
  catalog: Catalog,
  { search = '', limit = 50, offset = 0 }: CatalogQuery,
  now: Date,
): CatalogPage {
  const wanted = search.trim().toLowerCase();
  const found = [...catalog.keys()].flatMap((key) => {
    const position = key.toLowerCase().indexOf(wanted);
    return position === -1 ? [] : [{ key, begins: position === 0 }];
  });
  found.sort((a, b) => Number(b.begins) - Number(a.begins) || (a.key < b.key ? -1 : 1));
  return {
    total: found.length,
    models: found.slice(offset, offset + limit).map(({ key }) => ({
      modelKey: key,
      price: toCurrentPrice(catalog.prices(key)?.at(now.getTime())),
    })),
  };
}

export function toCurrentPrice(price: EffectivePrice | undefined): CurrentPrice | null {
  if (price === undefined) return null;
  return {
    versionId: Number(price.versionId),
    origin: price.origin,
    entry: price.price.entry,
    gap: price.gap ?? null,
  };
}
