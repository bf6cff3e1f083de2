import { deriveRollups as derive } from '@tokengrip/core/domain/rollups/derive-rollups';
import { createPace } from '@tokengrip/core/domain/rollups/pace';
import type { JobRun } from './job-run.ts';

/** This process's own: what it forgets at a restart costs one derivation. */
const pace = createPace();

export async function deriveRollups({ ctx, signal }: JobRun): Promise<void> {
  await derive(ctx, { pace, signal });
}
