import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { createPartitions, dropPartitions, startOfUtcDay } from '../../db/partitions.ts';

/** Room for a worker that was away for a week. */
const DAYS_AHEAD = 7;
/** So that a longer retention, when it is chosen, finds the days of the default one there. */
const LEAST_DAYS_BACK = 90;

/**
 * Makes sure that every record which may be accepted has its partition: from the longest retention of any organization
 * to a week ahead. Days before that are dropped, records and all. Safe to run again, and on several workers.
 */
export async function keepPartitions(ctx: Context): Promise<{ created: number; dropped: number }> {
  const today = startOfUtcDay(ctx.clock.now());
  const { longest } = await ctx.db
    .selectFrom('organizations')
    .select((eb) => eb.fn.max('retention_days').as('longest'))
    .executeTakeFirstOrThrow();
  const oldest = new Date(today.getTime() - Math.max(LEAST_DAYS_BACK, longest ?? 0) * DAY);
  const created = await createPartitions(ctx.db, { from: oldest, to: new Date(today.getTime() + DAYS_AHEAD * DAY) });
  const dropped = await dropPartitions(ctx.db, oldest);
  if (created.length + dropped.length > 0) {
    ctx.log.info({ created: created.length, dropped: dropped.length }, 'partitions kept');
  }
  return { created: created.length, dropped: dropped.length };
}
