import { openMail } from '@tokengrip/core/mail/outbox';
import type { PayloadOf, sendMailJob } from '@tokengrip/core/queues/jobs';
import type { JobRun } from './job-run.ts';

/** Run twice, it may send twice: a server that took a mail and did not say so cannot be asked. */
export async function sendMail({ ctx }: JobRun, payload: PayloadOf<typeof sendMailJob>): Promise<void> {
  if (!ctx.mailTransport) {
    ctx.log.warn('a mail was queued, and this worker has no SMTP_URL: it is not sent');
    return;
  }
  await ctx.mailTransport.send(openMail(ctx.sealer, payload));
}
