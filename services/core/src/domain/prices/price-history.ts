import type { PriceHistory } from '../../contract/prices.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { listOverrides } from './overrides.ts';
import { toInstant } from './price-runs.ts';

/**
 * Everything that was ever known of a model's price, with the organization's own.
 * @throws AppError `not_found` for a key that neither the list nor the organization has a price for
 */
export async function readPriceHistory(
  tx: Db,
  organizationId: number,
  input: { modelKey: string; now: Date },
): Promise<PriceHistory> {
  const rows = await tx
    .selectFrom('price_versions')
    .select([
      'id',
      'effective_from',
      'effective_to',
      'known_from',
      'recorded_at',
      'superseded_at',
      'origin',
      'edition',
      'entry',
    ])
    .where('model_key', '=', input.modelKey)
    .orderBy('effective_from')
    .orderBy('recorded_at')
    .orderBy('id')
    .execute();
  const overrides = await listOverrides(tx, organizationId, input);
  if (rows.length === 0 && overrides.length === 0) {
    throw new AppError('not_found', `There is no price for ${input.modelKey}`);
  }
  return {
    modelKey: input.modelKey,
    versions: rows.map((row) => ({
      id: row.id,
      effectiveFrom: toInstant(row.effective_from),
      effectiveTo: toInstant(row.effective_to),
      knownFrom: row.known_from.toISOString(),
      recordedAt: row.recorded_at.toISOString(),
      supersededAt: toInstant(row.superseded_at),
      origin: row.origin,
      edition: row.edition,
      entry: row.entry as CompactPriceEntry,
    })),
    overrides,
  };
}
