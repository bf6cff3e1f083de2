import { keepWhatIfs as keep, runWhatIf } from '@tokengrip/core/domain/whatif/run-whatif';
import type { PayloadOf, runWhatIfJob } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function computeWhatIf(run: JobRun, payload: PayloadOf<typeof runWhatIfJob>): Promise<void> {
  await runWhatIf(run.ctx, payload, { progress: run.progress, signal: run.signal });
}

export async function keepWhatIfs({ ctx }: JobRun): Promise<void> {
  await keep(ctx);
}
