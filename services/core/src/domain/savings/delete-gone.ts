import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';

/** Whoever missed it by then does not look for it any more. */
const GONE_AFTER_MS = 90 * DAY;

/** Deletes recommendations that have not applied for a long time and that nobody has decided about. */
export async function deleteGone(ctx: Context): Promise<{ deleted: number }> {
  const { rows } = await sql`
    delete from recommendations
    where state = 'gone' and decided_at is null and last_seen_at < ${new Date(ctx.clock.now().getTime() - GONE_AFTER_MS)}
    returning id`.execute(ctx.db);
  return { deleted: rows.length };
}
