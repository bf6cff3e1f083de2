import { createHash } from 'node:crypto';
import { composeMail, type Mail } from '../../mail/compose-mail.ts';
import { type AlertMessage, cut, driverSentences, headline, sentences } from './alert-message.ts';

const MAX_SUBJECT = 200;

/** The mail to one of a channel's addresses. */
export function alertMail(message: AlertMessage, to: string): Mail {
  const { alert, organization } = message;
  const subject = `${alert.severity === 'critical' && message.event === 'raised' ? 'Critical: ' : ''}${headline(message)}`;
  const link = alert.recordsUrl ?? alert.url;
  const mail = composeMail({
    to,
    subject: cut(subject.replaceAll(/\p{Cc}+/gu, ' '), MAX_SUBJECT),
    paragraphs: [headline(message), ...sentences(message)],
    facts: alert.facts,
    points: driverSentences(message),
    ...(link ? { action: { label: alert.kind === 'digest' ? 'Open the week' : 'Open the records', url: link } } : {}),
    footer: `You get this because your address is in a channel of ${organization.name}.${alert.url && alert.url !== link ? ` The alert: ${alert.url}` : ''}`,
  });
  const recipient = createHash('sha256').update(to).digest('hex').slice(0, 12);
  return { ...mail, messageId: `<${message.id}.${recipient}@tokengrip>` };
}
