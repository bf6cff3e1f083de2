import { runDeletions as run } from '@tokengrip/core/domain/privacy/run-deletions';
import type { JobRun } from './job-run.ts';

export async function runDeletions({ ctx, signal }: JobRun): Promise<void> {
  await run(ctx, { signal });
}
