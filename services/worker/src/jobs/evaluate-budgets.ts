import { evaluateBudgets as evaluate } from '@tokengrip/core/domain/evaluation/evaluate-budgets';
import { organizationsWithBudgets } from '@tokengrip/core/domain/evaluation/organizations';
import type { evaluateBudgetsJob, PayloadOf } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function evaluateBudgets(
  { ctx }: JobRun,
  { organizationId }: PayloadOf<typeof evaluateBudgetsJob>,
): Promise<void> {
  await evaluate(ctx, organizationId);
}

/** One organization that cannot be evaluated keeps nobody else from it. */
export async function evaluateAllBudgets({ ctx, signal }: JobRun): Promise<void> {
  for (const organizationId of await organizationsWithBudgets(ctx.db)) {
    signal.throwIfAborted();
    await evaluate(ctx, organizationId).catch((error: unknown) =>
      ctx.log.error({ err: error, organizationId }, 'could not evaluate the budgets of an organization'),
    );
  }
}
