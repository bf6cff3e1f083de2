import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { VERSION } from '../../version.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import type { Pricing } from '../usage/meter-call.ts';

export interface OrganizationPricing extends Pricing {
  /** Differs when anything does that a cost depends on: a price, an override, an alias, the code that reads usage. */
  revision: string;
}

/** An organization's prices as they are known now, all from one moment. */
export const loadPricing = (db: Db, organizationId: number): Promise<OrganizationPricing> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => readPricing(tx, organizationId));

/** The same in a transaction that runs already. The one place where re-costing learns what an organization pays. */
export async function readPricing(tx: Db, organizationId: number): Promise<OrganizationPricing> {
  return {
    catalog: await loadOrganizationCatalog(tx, organizationId),
    revision: await readRevision(tx, organizationId),
  };
}

/** See `OrganizationPricing.revision`; costs a few milliseconds. */
export async function readRevision(tx: Db, organizationId: number): Promise<string> {
  const { rows } = await sql<{ revision: string }>`
    select md5(concat_ws(';', ${VERSION}::text,
      (select string_agg(concat_ws(',', id, effective_from, effective_to), ' ' order by id)
        from price_versions where superseded_at is null),
      (select string_agg(concat_ws(',', id, effective_from, effective_to), ' ' order by id)
        from price_overrides where organization_id = ${organizationId} and withdrawn_at is null),
      (select string_agg(concat_ws(',', id, provider, name, model_key), ' ' order by id)
        from model_aliases where organization_id = ${organizationId}))) as revision`.execute(tx);
  return rows[0]?.revision ?? '';
}
