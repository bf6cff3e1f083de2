import { keepExports as keep } from '@tokengrip/core/domain/exports/keep-exports';
import { runExport } from '@tokengrip/core/domain/exports/run-export';
import type { exportJob, PayloadOf } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function writeExport({ ctx, signal }: JobRun, payload: PayloadOf<typeof exportJob>): Promise<void> {
  await runExport(ctx, payload, { signal });
}

export async function keepExports({ ctx }: JobRun): Promise<void> {
  await keep(ctx);
}
