import { dashboardPath } from '../../contract/dashboard-path.ts';
import type { AlertMessage } from '../channels/alert-message.ts';
import type { ClaimedDelivery } from './claim-delivery.ts';

/** What a delivery says, as things stand now. */
export function composeMessage(delivery: ClaimedDelivery, publicUrl: string | undefined, now: Date): AlertMessage {
  const link = (path: string) => (publicUrl === undefined ? null : publicUrl + path);
  const { organization_id: id, organization_name: name } = delivery;
  const head = {
    id: delivery.id,
    event: delivery.event,
    incidentId: delivery.incident_id,
    sentAt: now,
    organization: { id, name },
  };
  if (delivery.event === 'test') return { ...head, alert: { ...TEST, occurredAt: now, url: link('/channels') } };
  return {
    ...head,
    alert: {
      id: delivery.alert_id,
      kind: delivery.alert_kind,
      severity: delivery.severity,
      title: delivery.title,
      text: delivery.text,
      facts: delivery.facts,
      drivers: delivery.drivers,
      occurredAt: delivery.occurred_at,
      acknowledgedAt: delivery.acknowledged_at,
      resolvedAt: delivery.resolved_at,
      url: link(`/alerts/${delivery.alert_id}`),
      recordsUrl: link(dashboardPath(delivery.path, delivery.time_zone)),
    },
  };
}

const TEST = {
  id: null,
  kind: 'test',
  severity: 'info',
  title: 'A test from Tokengrip',
  text: ['Somebody pressed the button that tries this channel. It works.'],
  facts: [],
  drivers: [],
  acknowledgedAt: null,
  resolvedAt: null,
  recordsUrl: null,
} as const;
