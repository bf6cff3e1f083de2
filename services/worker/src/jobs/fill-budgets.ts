import { fillBudgets as fill } from '@tokengrip/core/domain/budgets/fill-budgets';
import { forgetLeases } from '@tokengrip/core/domain/budgets/reserve';
import type { JobRun } from './job-run.ts';

export async function fillBudgets({ ctx, signal }: JobRun): Promise<void> {
  await forgetLeases(ctx.db, ctx.clock.now());
  const { filled } = await fill(ctx, { signal });
  if (filled > 0) ctx.log.info({ filled }, 'budgets filled');
}
