import { type AlertMessage, cut, driverSentences, headline, sentences } from './alert-message.ts';

/** Limits of the Events API v2. */
const MAX_SUMMARY = 1_024;

const ACTIONS = { raised: 'trigger', test: 'trigger', acknowledged: 'acknowledge', resolved: 'resolve' } as const;

/** The body for `POST /v2/enqueue`. All that is said of one alert has one `dedup_key`: it is one incident there. */
export function pagerDutyEvent(message: AlertMessage, routingKey: string): object {
  const { alert, organization, event, incidentId } = message;
  const links = [
    ...(alert.recordsUrl ? [{ href: alert.recordsUrl, text: 'The records behind it' }] : []),
    ...(alert.url ? [{ href: alert.url, text: 'The alert' }] : []),
  ];
  return {
    routing_key: routingKey,
    event_action: ACTIONS[event],
    dedup_key: `tokengrip-${incidentId}`,
    client: 'Tokengrip',
    ...(alert.url ? { client_url: alert.url } : {}),
    payload: {
      summary: cut(headline(message), MAX_SUMMARY),
      source: cut(organization.name, MAX_SUMMARY),
      severity: alert.severity,
      timestamp: alert.occurredAt.toISOString(),
      component: 'tokengrip',
      class: alert.kind,
      custom_details: {
        text: sentences(message).join('\n'),
        ...(alert.drivers.length > 0 ? { drivers: driverSentences(message) } : {}),
        ...Object.fromEntries(alert.facts.map(({ label, value }) => [label, value])),
      },
    },
    ...(links.length > 0 ? { links } : {}),
  };
}
