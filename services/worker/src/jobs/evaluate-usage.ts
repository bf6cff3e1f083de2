import { activeOrganizations } from '@tokengrip/core/domain/evaluation/organizations';
import { watchUsage as watch } from '@tokengrip/core/domain/evaluation/watch-usage';
import type { JobRun } from './job-run.ts';

export async function watchUsage({ ctx, signal }: JobRun): Promise<void> {
  for (const organization of await activeOrganizations(ctx.db, ctx.clock.now())) {
    signal.throwIfAborted();
    await watch(ctx, organization);
  }
}
