import { deleteGone } from '@tokengrip/core/domain/savings/delete-gone';
import { findSavings as find, organizationsToLookAt } from '@tokengrip/core/domain/savings/find-savings';
import { findSavingsJobId } from '@tokengrip/core/domain/savings/request-run';
import { findSavingsJob, type PayloadOf } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function findSavings(
  { ctx, signal }: JobRun,
  { organizationId }: PayloadOf<typeof findSavingsJob>,
): Promise<void> {
  const { found, gone } = await find(ctx, organizationId, { signal });
  ctx.log.info({ organizationId, found, gone }, 'savings looked for');
}

/** Tidies up first. One job an organization, so that a large one holds up none but itself, and a failed one is tried again alone. */
export async function findAllSavings({ ctx }: JobRun): Promise<void> {
  const { deleted } = await deleteGone(ctx);
  if (deleted > 0) ctx.log.info({ deleted }, 'recommendations that were long gone are deleted');
  for (const organizationId of await organizationsToLookAt(ctx)) {
    await ctx.jobs.send(findSavingsJob, { organizationId }, findSavingsJobId(organizationId));
  }
}
