import { syncPrices, syncPricesIfDue } from '@tokengrip/core/domain/prices/sync-prices';
import type { PayloadOf, syncPricesJob } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function runPriceSync({ ctx }: JobRun, { startedBy }: PayloadOf<typeof syncPricesJob>): Promise<void> {
  const source = ctx.priceSource;
  if (startedBy) await syncPrices(ctx, { source, startedBy });
  else await syncPricesIfDue(ctx, { source });
}
