import { type PayloadOf, sendMailJob } from '../queues/jobs.ts';
import type { JobSender } from '../queues/sender.ts';
import type { Sealer } from '../sealing.ts';
import { composeMail, type Mail, type MailContent } from './compose-mail.ts';
import type { MailSettings } from './mail-config.ts';

const PURPOSE = 'mail';

/** Where mails are handed over. The worker sends them, and tries again while the server does not answer. */
export interface Outbox {
  /**
   * Queues a mail.
   * @throws AppError `unavailable` while Redis is away: nothing was queued
   */
  post(content: MailContent): Promise<void>;
  /** An address of the installation, for a link. */
  link(path: string): string;
}

/** The outbox, or `undefined` where no mail is sent. What waits in Redis is sealed: mails carry one-time links. */
export function createOutbox(
  settings: MailSettings | undefined,
  jobs: Pick<JobSender, 'send'>,
  sealer: Sealer,
): Outbox | undefined {
  if (!settings) return undefined;
  return {
    post: async (content) => {
      const sealed = sealer.seal(PURPOSE, JSON.stringify(composeMail(content))).toString('base64');
      await jobs.send(sendMailJob, { sealed });
    },
    link: (path) => settings.publicUrl + path,
  };
}

/** @throws Error when another secret sealed it */
export const openMail = (sealer: Sealer, { sealed }: PayloadOf<typeof sendMailJob>): Mail =>
  JSON.parse(sealer.open(PURPOSE, Buffer.from(sealed, 'base64'))) as Mail;
