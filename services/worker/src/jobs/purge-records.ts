import { purgeRecords as purge } from '@tokengrip/core/domain/retention/purge-records';
import type { JobRun } from './job-run.ts';

export async function purgeRecords({ ctx, signal }: JobRun): Promise<void> {
  await purge(ctx, { signal });
}
