import { sql } from 'kysely';
import { providerFamily } from '../../cost/providers.ts';
import type { Db } from '../../db/connection.ts';

/** Names that are everybody's: those of the public price list, unless the organization has given them a meaning of its own. */
export interface PublicNames {
  isModel(provider: string, model: string): boolean;
  isProvider(provider: string): boolean;
}

/** Words for tiers, efforts and errors that the providers themselves use; whatever else a sender says is a name of its own. */
export const PUBLIC_WORDS: ReadonlySet<string> = new Set([
  ...['standard', 'default', 'auto', 'batch', 'flex', 'priority', 'on_demand', 'fast', 'scale'],
  ...['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
  ...[
    'rate_limit_error',
    'rate_limit',
    'overloaded_error',
    'overloaded',
    'api_error',
    'invalid_request_error',
    'timeout',
  ],
  ...[
    'authentication_error',
    'permission_error',
    'not_found_error',
    'request_too_large',
    'server_error',
    'timeout_error',
  ],
  ...['insufficient_quota', 'context_length_exceeded', 'content_filter', 'connection_error', 'aborted', 'cancelled'],
]);

/**
 * Reads the names of the list as it was published. What somebody here has imported, corrected or overridden may bear the
 * organization's own names, and is not public by being in the list.
 */
export async function loadPublicNames(db: Db, organizationId: number): Promise<PublicNames> {
  const { rows } = await sql<{ key: string; provider: string | null }>`
    select distinct model_key as key, entry ->> 'provider' as provider from price_versions
    where superseded_at is null and origin in ('snapshot', 'sync')`.execute(db);
  const { rows: own } = await sql<{ name: string }>`
    select name from model_aliases where organization_id = ${organizationId}
    union select model_key from price_overrides where organization_id = ${organizationId} and kind = 'replacement'`.execute(
    db,
  );
  const keys = new Set(rows.map(({ key }) => key));
  const lastParts = new Set(rows.map(({ key }) => key.slice(key.lastIndexOf('/') + 1)));
  const providers = new Set(rows.flatMap(({ provider }) => (provider === null ? [] : [provider])));
  const ownNames = new Set(own.map(({ name }) => name));
  return {
    isModel: (provider, model) =>
      !ownNames.has(model) &&
      !ownNames.has(`${provider}/${model}`) &&
      (keys.has(model) || keys.has(`${providerFamily(provider)}/${model}`) || lastParts.has(model)),
    isProvider: (provider) => providers.has(provider) || providers.has(providerFamily(provider)),
  };
}
