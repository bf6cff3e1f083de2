import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import type { JobRun } from './job-run.ts';

export async function partitionUpkeep({ ctx }: JobRun): Promise<void> {
  await keepPartitions(ctx);
}
