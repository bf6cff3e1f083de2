import { deleteProject } from '@tokengrip/core/domain/projects/delete-project';
import type { PayloadOf, removeSampleDataJob } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function removeSampleData(run: JobRun, payload: PayloadOf<typeof removeSampleDataJob>): Promise<void> {
  await deleteProject(run.ctx, payload, { progress: run.progress, signal: run.signal });
}
