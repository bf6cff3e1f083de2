import { followSavings as follow } from '@tokengrip/core/domain/realized/follow-savings';
import type { followSavingsJob, PayloadOf } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function followSavings(
  { ctx, signal }: JobRun,
  payload: PayloadOf<typeof followSavingsJob>,
): Promise<void> {
  await follow(ctx, { organizationId: payload.organizationId, signal });
}
