import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import type { JobRun } from './handlers.ts';

export async function partitionUpkeep({ ctx }: JobRun): Promise<void> {
  await keepPartitions(ctx);
}
