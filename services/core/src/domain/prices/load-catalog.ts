import { sql } from 'kysely';
import { type Catalog, createCatalog, type ModelAliases, type PriceVersion } from '../../cost/catalog.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import type { Db } from '../../db/connection.ts';

/** The price list that all organizations share, as it is known now. */
export async function loadCatalog(db: Db): Promise<Catalog> {
  const rows = await db
    .selectFrom('price_versions')
    .select(['id', 'restates', 'model_key', 'effective_from', 'effective_to', 'entry'])
    .where('superseded_at', 'is', null)
    .orderBy('id')
    .execute();
  return createCatalog(
    rows.map((row) => ({
      key: row.model_key,
      // The id under which the price was first said: a record's does not change when a later price ends its span.
      versionId: row.restates ?? row.id,
      // Every entry was validated when it was stored.
      entry: row.entry as CompactPriceEntry,
      ...span(row),
    })),
  );
}

/** What an organization lays over the list. */
export interface OrganizationPrices {
  overrides: PriceVersion[];
  aliases: ModelAliases;
}

/** Its overrides have negative ids, so that they and the list's versions share `usage_records.price_version_id`. */
export async function loadOrganizationPrices(db: Db, organizationId: number): Promise<OrganizationPrices> {
  const overrides = await db
    .selectFrom('price_overrides')
    .select(['id', 'model_key', 'provider', 'mode', 'kind', 'rates', 'effective_from', 'effective_to'])
    .where('organization_id', '=', organizationId)
    .where('withdrawn_at', 'is', null)
    .orderBy('id')
    .execute();
  const aliases = await db
    .selectFrom('model_aliases')
    .select(['provider', 'name', 'model_key'])
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .execute();
  return {
    overrides: overrides.map((row) => ({
      key: row.model_key,
      versionId: -row.id,
      entry: {
        ...(row.provider === null ? {} : { provider: row.provider }),
        ...(row.mode === null ? {} : { mode: row.mode }),
        rates: row.rates,
      },
      origin: row.kind,
      ...span(row),
    })),
    aliases: new Map(
      aliases.map((row) => [row.provider === null ? row.name : `${row.provider}/${row.name}`, row.model_key]),
    ),
  };
}

/** Lays an organization's prices over the list. The catalog knows its aliases; nobody has to pass them. */
export function layerCatalog(shared: Catalog, { overrides, aliases }: OrganizationPrices): Catalog {
  if (overrides.length === 0 && aliases.size === 0) return shared;
  return createCatalog(overrides, shared, aliases);
}

/** The list with what the organization lays over it, read now. Who prices many organizations keeps `createCatalogs`. */
export async function loadOrganizationCatalog(db: Db, organizationId: number): Promise<Catalog> {
  return layerCatalog(await loadCatalog(db), await loadOrganizationPrices(db, organizationId));
}

/** Moves with every change of the shared list: versions are only ever added and superseded, and never one without the other. */
export async function readListRevision(db: Db): Promise<number> {
  const { rows } = await sql<{ revision: number | null }>`select max(id) as revision from price_versions`.execute(db);
  return rows[0]?.revision ?? 0;
}

const span = (row: { effective_from: Date | number; effective_to: Date | null }) => ({
  effectiveFromMs: row.effective_from instanceof Date ? row.effective_from.getTime() : undefined,
  effectiveToMs: row.effective_to?.getTime(),
});
