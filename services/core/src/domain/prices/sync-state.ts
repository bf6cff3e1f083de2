import type { Context } from '../../context.ts';
import type { PriceSyncState } from '../../contract/prices.ts';
import { inScope, type Scope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { syncPricesJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { describeUrl } from './fetch-price-file.ts';
import { countUnacknowledged } from './price-changes.ts';
import { findLastSyncs } from './price-runs.ts';
import { findSyncObstacle, nextSyncAt, type PriceSource } from './sync-prices.ts';

type JobContext = Context & { jobs: JobSender };

/** One at a time: asking twice is asking once. */
const JOB_ID = 'sync-prices-now';

/** Whether and when prices are fetched, and how it went last. */
export async function readSyncState(ctx: JobContext, scope: Scope, source: PriceSource): Promise<PriceSyncState> {
  const obstacle = findSyncObstacle(source);
  const state = await inScope(ctx, scope, async (tx) => {
    const { last, lastGood } = await findLastSyncs(tx);
    const { count } = await tx
      .selectFrom('price_versions')
      .select((eb) => eb.fn.count<bigint>('model_key').distinct().as('count'))
      .where('superseded_at', 'is', null)
      .executeTakeFirstOrThrow();
    return {
      lastRun: last,
      lastGoodRun: lastGood,
      models: Number(count),
      unacknowledged: await countUnacknowledged(tx),
    };
  });
  const lastGoodAt = state.lastGoodRun ? new Date(state.lastGoodRun.startedAt) : undefined;
  return {
    enabled: obstacle === null,
    disabledBy: obstacle,
    source: describeUrl(source.PRICING_SYNC_URL),
    queued: await isQueued(ctx),
    nextRunAt: obstacle === null ? nextSyncAt(ctx.clock.now(), lastGoodAt).toISOString() : null,
    ...state,
  };
}

/**
 * Queues a run. Where nothing may be fetched, the run itself says so.
 * @throws AppError `unavailable` while Redis is away
 */
export async function requestSync(
  ctx: JobContext,
  startedBy: { organizationId: number; userId: number },
): Promise<void> {
  const { organizationId, userId } = startedBy;
  await ctx.jobs.send(syncPricesJob, { startedBy: { organizationId, userId } }, JOB_ID);
}

/** Not known while Redis is away; the state is of use all the same. */
async function isQueued(ctx: JobContext): Promise<boolean> {
  try {
    return (await ctx.jobs.find(syncPricesJob, JOB_ID)) !== undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return false;
    throw error;
  }
}
