import { createHmac } from 'node:crypto';
import { SECOND } from '../../clock.ts';
import { VERSION } from '../../version.ts';
import type { AlertMessage } from './alert-message.ts';

/** A request whose sender, age and body its receiver can check. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

export const USER_AGENT = `Tokengrip/${VERSION}`;

/**
 * The request to a webhook. README.md shows how to check it; its form is a promise to those who do.
 * @param secrets with each of which it is signed: after a change the old one, too
 */
export function webhookRequest(message: AlertMessage, secrets: readonly string[]): SignedRequest {
  const event = message.event === 'test' ? 'test' : `alert.${message.event}`;
  const { alert } = message;
  const body = JSON.stringify({
    id: message.id,
    event,
    sentAt: message.sentAt.toISOString(),
    organization: message.organization,
    alert: {
      id: alert.id,
      kind: alert.kind,
      severity: alert.severity,
      title: alert.title,
      text: alert.text,
      facts: alert.facts,
      drivers: alert.drivers,
      occurredAt: alert.occurredAt.toISOString(),
      acknowledgedAt: alert.acknowledgedAt?.toISOString() ?? null,
      resolvedAt: alert.resolvedAt?.toISOString() ?? null,
      url: alert.url,
      recordsUrl: alert.recordsUrl,
    },
  });
  const time = Math.floor(message.sentAt.getTime() / SECOND);
  const signatures = secrets.map((secret) => `v1=${sign(secret, time, body)}`);
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': USER_AGENT,
      'x-tokengrip-delivery': message.id,
      'x-tokengrip-event': event,
      'x-tokengrip-signature': [`t=${time}`, ...signatures].join(','),
    },
  };
}

const sign = (secret: string, time: number, body: string): string =>
  createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
