import { keepAnalyses as keep } from '@tokengrip/core/domain/analysis/keep-analyses';
import { runAnalysis } from '@tokengrip/core/domain/analysis/run-analysis';
import type { PayloadOf, runAnalysisJob } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function makeAnalysis({ ctx, signal }: JobRun, payload: PayloadOf<typeof runAnalysisJob>): Promise<void> {
  await runAnalysis(ctx, payload, { signal });
}

export async function keepAnalyses({ ctx, signal }: JobRun): Promise<void> {
  await keep(ctx, { signal });
}
