import { MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { exportJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { exportJobId } from './create-export.ts';

/** Many heartbeats: whoever wrote it is gone, or it waits in the queue, or its place in the queue is gone. */
const FORGOTTEN_AFTER_MS = 15 * MINUTE;

/** Deletes exports that have expired, and queues those again that nobody writes any more and that do not wait. */
export async function keepExports(ctx: Context & { jobs: Pick<JobSender, 'sendAgain'> }): Promise<void> {
  const now = ctx.clock.now();
  const { numDeletedRows } = await ctx.db.deleteFrom('exports').where('expires_at', '<=', now).executeTakeFirst();
  if (numDeletedRows > 0n) ctx.log.info({ exports: Number(numDeletedRows) }, 'expired exports deleted');
  const forgotten = await ctx.db
    .selectFrom('exports')
    .select(['id as exportId', 'organization_id as organizationId'])
    .where('state', 'in', ['queued', 'running'])
    .where('touched_at', '<', new Date(now.getTime() - FORGOTTEN_AFTER_MS))
    .orderBy('id')
    .execute();
  for (const one of forgotten) {
    const isQueued = await ctx.jobs.sendAgain(exportJob, one, exportJobId(one.exportId));
    if (isQueued) ctx.log.warn(one, 'an export that was forgotten is queued again');
  }
}
