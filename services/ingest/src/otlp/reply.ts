import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import type { Db } from '../../db/connection.ts';
import type { Database } from '../../db/tables.ts';

type Origin = Database['price_versions']['origin'];

/** A price for a span of time; milliseconds since 1970, ±Infinity where it has no bound. */
export interface PriceSpan {
  modelKey: string;
  /** Inclusive. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  /** Before it the price is only assumed to have held: the first version reaches back. */
  knownFromMs: number;
  entry: CompactPriceEntry;
  origin: Origin;
  edition: string;
}

/** A version that is not superseded. */
export interface StandingVersion extends PriceSpan {
  id: number;
  /** The row that said this price first: its own, or the one that it restates. */
  priceId: number;
}

/** From when a price is said to hold, where it is more than assumed. */
export const nominalStart = ({ fromMs, toMs, knownFromMs }: PriceSpan): number =>
  Number.isFinite(fromMs) ? fromMs : Math.min(knownFromMs, toMs);

/** What is known now, by model, each in the order of time. */
export async function loadStanding(
  db: Db,
  modelKeys?: readonly string[],
): Promise<Map<string, [StandingVersion, ...StandingVersion[]]>> {
  const rows = await db
    .selectFrom('price_versions')
    .select([
      'id',
      'restates',
      'model_key',
      'effective_from',
      'effective_to',
      'known_from',
      'entry',
      'origin',
      'edition',
    ])
    .where('superseded_at', 'is', null)
    .$if(modelKeys !== undefined, (query) => query.where('model_key', 'in', [...(modelKeys ?? [])]))
    .orderBy('effective_from')
    .execute();
  const byKey = new Map<string, [StandingVersion, ...StandingVersion[]]>();
  for (const row of rows) {
    const version: StandingVersion = {
      id: row.id,
      priceId: row.restates ?? row.id,
      modelKey: row.model_key,
      fromMs: Number(row.effective_from),
      toMs: row.effective_to?.getTime() ?? Number.POSITIVE_INFINITY,
      knownFromMs: row.known_from.getTime(),
      // Every entry was validated when it was stored.
      entry: row.entry as CompactPriceEntry,
      origin: row.origin,
      edition: row.edition,
    };
    const list = byKey.get(row.model_key);
    if (list) list.push(version);
    else byKey.set(row.model_key, [version]);
  }
  return byKey;
}
