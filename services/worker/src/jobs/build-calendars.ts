import { buildCalendars as build } from '@tokengrip/core/domain/rollups/build-calendars';
import type { JobRun } from './job-run.ts';

export async function buildCalendars({ ctx, signal }: JobRun): Promise<void> {
  await build(ctx, { signal });
}
