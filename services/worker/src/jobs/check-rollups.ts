import { checkRollups as check } from '@tokengrip/core/domain/rollups/check-rollups';
import type { JobRun } from './job-run.ts';

export async function checkRollups({ ctx, signal }: JobRun): Promise<void> {
  await check(ctx, { repair: true, signal });
}
