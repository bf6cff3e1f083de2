import type {
  AlertDelivery,
  AlertKind,
  AlertSeverity,
  DeliveryCode,
  DeliveryEvent,
} from '@tokengrip/core/contract/alerts';
import type { ChannelKind } from '@tokengrip/core/contract/channels';

export const KIND_LABELS: Readonly<Record<AlertKind, string>> = {
  budget_threshold: 'Budget reached',
  budget_forecast: 'Budget forecast',
  spend_anomaly: 'Unusual spend',
  unpriced_model: 'Model without a price',
  price_changed: 'Price changed',
  error_rate: 'Errors',
  ingest_silent: 'Nothing arrives',
  digest: 'Weekly digest',
};

export const KINDS = Object.keys(KIND_LABELS) as AlertKind[];

export const SEVERITY_LABELS: Readonly<Record<AlertSeverity, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'Information',
};

export const CHANNEL_LABELS: Readonly<Record<ChannelKind, string>> = {
  email: 'Email',
  slack: 'Slack',
  webhook: 'Webhook',
  pagerduty: 'PagerDuty',
};

export const EVENT_LABELS: Readonly<Record<DeliveryEvent, string>> = {
  raised: 'That it was raised',
  acknowledged: 'That somebody looks after it',
  resolved: 'That it is over',
  test: 'Test',
};

/** Why something was not delivered, as a sentence that says what helps. */
const CODE_TEXTS: Readonly<Record<DeliveryCode, string>> = {
  http_error: 'The server answered with an error.',
  rate_limited: 'The server asks for fewer requests.',
  rejected: 'The server refuses it. Check the address or the key: trying again changes nothing.',
  redirect_refused: 'The server sent us elsewhere. Enter the address that it leads to.',
  timed_out: 'The server did not answer within ten seconds.',
  unreachable: 'The server cannot be reached.',
  dns_failed: 'The name of the server is not known.',
  tls_failed: 'No secure connection was possible. Check the server’s certificate.',
  invalid_url: 'The address cannot be used.',
  address_refused:
    'The host is a private or local one. Whoever runs this installation allows it by WEBHOOK_ALLOWED_HOSTS.',
  air_gapped: 'This installation is air-gapped. Whoever runs it allows the host by WEBHOOK_ALLOWED_HOSTS.',
  mail_not_configured: 'This installation sends no mail. Whoever runs it sets SMTP_URL.',
  mail_failed: 'The mail server could not be reached, or asks to try later.',
  mail_rejected: 'The mail server refused it. Check the address.',
  secret_unreadable: 'What was stored of the channel cannot be read any more. Enter the address or the key again.',
  channel_disabled: 'The channel was switched off.',
  channel_removed: 'The channel was removed.',
  interrupted: 'Sending was interrupted before it was known how it went.',
};

/** A code of a later version says itself. */
export const codeText = (code: string, status?: number | null): string => {
  const text = (CODE_TEXTS as Readonly<Record<string, string>>)[code] ?? `It failed: ${code}.`;
  return status === undefined || status === null ? text : `${text} (HTTP ${status})`;
};

const HELD_BY = {
  quiet_hours: 'Waits for the end of the quiet hours',
  channel_snoozed: 'Waits while the channel is snoozed',
  kind_snoozed: 'Waits while this kind of alert is snoozed',
  alert_snoozed: 'Waits while the alert is snoozed',
} as const;

export interface Standing {
  label: string;
  tone: 'good' | 'warn' | 'bad' | 'neutral';
  /** What is to be known beside the word. */
  text: string | undefined;
}

/** How a delivery stands, in a word and a sentence. */
export function standingOf(delivery: AlertDelivery): Standing {
  const { state, heldBy, lastCode, lastStatus, attempts, finishedAt } = delivery;
  const why = lastCode === null ? undefined : codeText(lastCode, lastStatus);
  if (state === 'delivered') return { label: 'Delivered', tone: 'good', text: undefined };
  if (state === 'failed') return { label: 'Given up', tone: 'bad', text: why };
  if (state === 'held')
    return { label: 'Held', tone: 'neutral', text: heldBy === null ? undefined : `${HELD_BY[heldBy]}.` };
  if (attempts > 0 && finishedAt === null) return { label: 'Trying again', tone: 'warn', text: why };
  return { label: 'Waiting', tone: 'neutral', text: undefined };
}

/** What a test did, for the one who pressed its button. */
export function testOutcome(delivery: AlertDelivery): { good: boolean; text: string } {
  const { state, lastCode, lastStatus, log } = delivery;
  if (state === 'delivered') {
    const last = log.at(-1);
    const how = last ? ` in ${last.durationMs} ms${last.status === null ? '' : ` (HTTP ${last.status})`}` : '';
    return { good: true, text: `The test was delivered${how}.` };
  }
  if (lastCode !== null) return { good: false, text: `The test was not delivered. ${codeText(lastCode, lastStatus)}` };
  return {
    good: false,
    text: 'The test waits: no worker has taken it yet. It is sent as soon as one runs.',
  };
}
