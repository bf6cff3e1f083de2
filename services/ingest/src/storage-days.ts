import { DAY, MINUTE } from '@tokengrip/core/clock';
import type { Context } from '@tokengrip/core/context';
import { listPartitionDays } from '@tokengrip/core/db/partitions';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { AppError } from '@tokengrip/core/errors';
import { refreshed } from './refreshed.ts';

/**
 * Tells for each record whether there is storage for its day: one without would fail the whole statement.
 * @throws AppError `unavailable` when today's is missing, which the worker is about to make
 */
export type HaveStorage = (records: readonly PreparedRecord[]) => Promise<boolean[]>;

export function createStorageDays(ctx: Context): HaveStorage {
  const days = refreshed(
    ctx.clock,
    MINUTE,
    async () => new Set((await listPartitionDays(ctx.db)).map((day) => day.getTime())),
    (error) => ctx.log.warn({ err: error }, 'could not look at the partitions'),
  );
  return async (records) => {
    const wanted = records.map(({ ts }) => Math.floor(ts.getTime() / DAY) * DAY);
    let known = await days.get();
    if (wanted.some((day) => !known.has(day))) {
      // It may have been made since.
      days.expire();
      known = await days.get();
    }
    const today = Math.floor(ctx.clock.now().getTime() / DAY) * DAY;
    if (wanted.some((day) => day >= today && !known.has(day))) {
      throw new AppError('unavailable', 'Storage for this day is being prepared', { retryAfterSeconds: 30 });
    }
    return wanted.map((day) => known.has(day));
  };
}
