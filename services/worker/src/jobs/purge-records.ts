import { inScope } from '@tokengrip/core/db/scope';
import { applyOperatorLimit } from '@tokengrip/core/domain/retention/change-retention';
import { purgeRecords as purge } from '@tokengrip/core/domain/retention/purge-records';
import type { JobRun } from './job-run.ts';

export async function purgeRecords({ ctx, signal }: JobRun): Promise<void> {
  await inScope(ctx, {}, (tx) => applyOperatorLimit(tx, ctx.limits));
  await purge(ctx, { signal });
}
