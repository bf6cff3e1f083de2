import { createTransport } from 'nodemailer';
import { SECOND } from '../clock.ts';
import { type Mail, singleLine } from './compose-mail.ts';
import type { MailSettings } from './mail-config.ts';

/** Somebody waits for the mail, and a job that hangs holds up the next. */
const TIMEOUT_MS = 15 * SECOND;

/** Hands mails to the configured server. */
export interface MailTransport {
  /** @throws Error when the server cannot be reached or does not take it; trying again may help */
  send(mail: Mail): Promise<void>;
  close(): void;
}

export function createMailTransport(settings: MailSettings): MailTransport {
  const transport = createTransport({
    url: settings.smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A mail is made of what is given here; a path or an address in it is never read.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, html, messageId }) {
      await transport.sendMail({
        from: singleLine(settings.from),
        to: singleLine(to),
        subject: singleLine(subject),
        text,
        html,
        ...(messageId === undefined ? {} : { messageId: singleLine(messageId) }),
        // Out-of-office replies to a machine help nobody.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    close: () => transport.close(),
  };
}
