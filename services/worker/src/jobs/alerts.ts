import { deliverAlert as deliver } from '@tokengrip/core/domain/alerts/deliver-alert';
import { keepAlerts as keep } from '@tokengrip/core/domain/alerts/keep-alerts';
import { sendDigests } from '@tokengrip/core/domain/alerts/weekly-digest';
import type { deliverAlertJob, PayloadOf } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

export async function deliverAlert({ ctx }: JobRun, { deliveryId }: PayloadOf<typeof deliverAlertJob>): Promise<void> {
  await deliver(ctx, deliveryId);
}

export async function keepAlerts({ ctx }: JobRun): Promise<void> {
  await keep(ctx);
}

export async function weeklyDigest({ ctx, signal }: JobRun): Promise<void> {
  await sendDigests(ctx, signal);
}
