import type { Context } from '../../context.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { writeRecords } from './write-records.ts';

/** Most rows in one transaction. */
export const MAX_ROWS_PER_COMMIT = 5_000;

/**
 * Commits records with their rollup.
 * @returns how many were new; the rest were there before, or twice among them
 */
export async function storeUsage(
  ctx: Context,
  records: readonly PreparedRecord[],
): Promise<{ accepted: number; duplicates: number }> {
  if (records.length === 0) return { accepted: 0, duplicates: 0 };
  const inserted = await ctx.db.transaction().execute((tx) => writeRecords(tx, records));
  return { accepted: inserted.size, duplicates: records.length - inserted.size };
}
