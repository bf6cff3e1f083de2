import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { followSavingsJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { acceptRecommendation } from '../savings/decide.ts';
import { takeUp } from './take-up.ts';

/**
 * Accepts a recommendation, follows it from that moment on, and lets the worker look at the time before at once. Without
 * Redis the worker's next round does.
 * @throws AppError `not_found`; `conflict` for one that is gone
 */
export async function acceptAndFollow(
  ctx: Context & { jobs: Pick<JobSender, 'send'> },
  member: { organizationId: number; userId: number },
  recommendationId: number,
): Promise<void> {
  const { organizationId } = member;
  await inScope(ctx, member, async (tx) => {
    await acceptRecommendation(tx, { ...member, now: ctx.clock.now() }, recommendationId);
    await takeUp(tx, organizationId);
  });
  try {
    // Without an id: a job that runs already may be past what was just accepted.
    await ctx.jobs.send(followSavingsJob, { organizationId });
  } catch (error) {
    ctx.log.warn({ err: error, recommendationId }, 'an accepted recommendation is followed from the next round on');
  }
}
