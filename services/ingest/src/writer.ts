import { DAY, MINUTE } from '@tokengrip/core/clock';
import type { Context } from '@tokengrip/core/context';
import { listPartitionDays } from '@tokengrip/core/db/partitions';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { AppError } from '@tokengrip/core/errors';
import { refreshed } from './refreshed.ts';

export interface Writer {
  /**
   * Commits the records with their sums. When it returns they are safe.
   * @throws AppError `unavailable` when they could not be stored: nothing of them is, and they can be sent again
   */
  write(records: readonly PreparedRecord[]): Promise<{ accepted: number; duplicates: number }>;
  /**
   * Whether there is storage for the day of each record: one without would fail the whole statement.
   * @throws AppError `unavailable` when today's is missing, which the worker is about to make
   */
  haveStorage(records: readonly PreparedRecord[]): Promise<boolean[]>;
}

export function createWriter(ctx: Context): Writer {
  const days = refreshed(
    ctx.clock,
    MINUTE,
    async () => new Set((await listPartitionDays(ctx.db)).map((day) => day.getTime())),
    (error) => ctx.log.warn({ err: error }, 'could not look at the partitions'),
  );
  return {
    write: (records) => storeUsage(ctx, records),
    async haveStorage(records) {
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
    },
  };
}
