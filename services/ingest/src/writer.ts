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
  /** Whether a day can be stored. One that cannot would fail everybody's statement, so it is asked before. */
  hasDay(ts: Date): Promise<boolean>;
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
    async hasDay(ts) {
      const day = Math.floor(ts.getTime() / DAY) * DAY;
      if ((await days.get()).has(day)) return true;
      if (ts >= ctx.clock.now())
        throw new AppError('unavailable', 'Storage for this day is being prepared', { retryAfterSeconds: 30 });
      // It may have been made since.
      days.expire();
      return (await days.get()).has(day);
    },
  };
}
