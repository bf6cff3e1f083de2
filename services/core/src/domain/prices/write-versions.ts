import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import type { SpanPlan } from './plan-spans.ts';

/** A statement of so many rows stays well inside the protocol's 65,535 parameters. */
const ROWS_PER_STATEMENT = 1_000;

/** Names the one lock of those who change the list: the second waits, and then sees what the first has done. */
export const lockPrices = (tx: Db) => sql`select pg_advisory_xact_lock(hashtext('tokengrip prices'))`.execute(tx);

/** An instant for the database; ±Infinity as Postgres writes it. */
export const toTimestamp = (ms: number): Date | RawBuilder<Date> =>
  Number.isFinite(ms) ? new Date(ms) : sql<Date>`${ms > 0 ? 'infinity' : '-infinity'}::timestamptz`;

/**
 * Writes what was planned. The caller holds the lock.
 * @returns the id of each plan's new version, in the order of the plans
 */
export async function writeVersions(tx: Db, plans: readonly SpanPlan[], now: Date): Promise<number[]> {
  const superseded = plans.flatMap(({ supersede }) => supersede.map(({ id }) => id));
  for (const ids of chunks(superseded)) {
    await tx.updateTable('price_versions').set({ superseded_at: now }).where('id', 'in', ids).execute();
  }
  const idOf = new Map<string, number>();
  for (const versions of chunks(plans.flatMap(({ insert }) => insert))) {
    const rows = await tx
      .insertInto('price_versions')
      .values(
        versions.map((version) => ({
          model_key: version.modelKey,
          effective_from: toTimestamp(version.fromMs) as Date,
          effective_to: Number.isFinite(version.toMs) ? new Date(version.toMs) : null,
          known_from: new Date(version.knownFromMs),
          recorded_at: now,
          entry: JSON.stringify(version.entry),
          origin: version.origin,
          edition: version.edition,
          restates: version.restates,
        })),
      )
      .returning(['id', 'model_key', 'effective_from'])
      .execute();
    for (const row of rows) idOf.set(`${Number(row.effective_from)} ${row.model_key}`, row.id);
  }
  return plans.map(({ added }) => idOf.get(`${added.fromMs} ${added.modelKey}`) ?? 0);
}

function* chunks<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += ROWS_PER_STATEMENT)
    yield list.slice(start, start + ROWS_PER_STATEMENT);
}
