import { runRecosting } from '@tokengrip/core/domain/recosting/run-recosting';
import type { PayloadOf, recostJob } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function recost(run: JobRun, payload: PayloadOf<typeof recostJob>): Promise<void> {
  await runRecosting(run.ctx, payload, { progress: run.progress, signal: run.signal });
}
