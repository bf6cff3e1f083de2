import type { AlertDriver, AlertFact, AlertKind, AlertSeverity, DeliveryEvent } from '../../contract/alerts.ts';

/** What is said by a channel, whichever it is. */
export interface AlertMessage {
  /** The delivery's: the same for every attempt. */
  id: string;
  event: DeliveryEvent;
  /** The same for all that is said of one alert by one channel. */
  incidentId: string;
  sentAt: Date;
  organization: { id: number; name: string };
  alert: {
    id: number | null;
    kind: AlertKind | 'test';
    severity: AlertSeverity;
    title: string;
    text: readonly string[];
    facts: readonly AlertFact[];
    drivers: readonly AlertDriver[];
    occurredAt: Date;
    acknowledgedAt: Date | null;
    resolvedAt: Date | null;
    /** The alert's own page; `null` where nobody has said where this installation is reached. */
    url: string | null;
    /** The page with the records behind it. */
    recordsUrl: string | null;
  };
}

/** Its first line, which says what has become of it. */
export function headline({ event, alert }: AlertMessage): string {
  if (event === 'resolved') return `Resolved: ${alert.title}`;
  if (event === 'acknowledged') return `Acknowledged: ${alert.title}`;
  return alert.title;
}

/** The sentences, and that it is over where it is: a message may have waited. */
export function sentences({ event, alert }: AlertMessage): string[] {
  if (event === 'resolved')
    return [`This is over since ${formatTime(alert.resolvedAt ?? alert.occurredAt)}.`, ...alert.text];
  if (event === 'raised' && alert.resolvedAt && alert.kind !== 'digest') {
    return [...alert.text, `Meanwhile it is over, since ${formatTime(alert.resolvedAt)}.`];
  }
  return [...alert.text];
}

export const driverSentences = ({ alert }: AlertMessage): string[] => alert.drivers.map(({ sentence }) => sentence);

const formatTime = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Cut to so many characters, where the receiver takes no more. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${[...text.slice(0, length - 1)].slice(0, -1).join('')}…`;
