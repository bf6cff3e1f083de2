import { fillSampleProject } from '@tokengrip/core/domain/sample-data/fill-sample-project';
import type { loadSampleDataJob, PayloadOf } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function loadSampleData(run: JobRun, payload: PayloadOf<typeof loadSampleDataJob>): Promise<void> {
  await fillSampleProject(run.ctx, payload, { progress: run.progress, signal: run.signal });
}
