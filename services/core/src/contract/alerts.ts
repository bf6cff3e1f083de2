import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

export const ALERT_KINDS = [
  'budget_threshold',
  'budget_forecast',
  'spend_anomaly',
  'unpriced_model',
  'price_changed',
  'error_rate',
  'ingest_silent',
  'digest',
] as const;
export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export const ALERT_STATES = ['open', 'acknowledged', 'resolved'] as const;
export const DELIVERY_STATES = ['queued', 'held', 'delivered', 'failed'] as const;
export const DELIVERY_EVENTS = ['raised', 'acknowledged', 'resolved', 'test'] as const;

/**
 * Why something was not delivered.
 * - `http_error`: the server answered with an error, see `status`; `rate_limited`: with 429
 * - `rejected`: with an error that trying again does not change; `redirect_refused`: with a redirect, which nobody follows
 * - `timed_out`, `unreachable`, `dns_failed`, `tls_failed`, `invalid_url`
 * - `address_refused`: the host is a private or local one that the operator has not allowed
 * - `air_gapped`: the installation reaches only what the operator has allowed
 * - `mail_not_configured`, `mail_failed`, `mail_rejected`
 * - `secret_unreadable`: it was sealed with another ENCRYPTION_SECRET; enter it again
 * - `channel_disabled`, `channel_removed`
 * - `interrupted`: whoever sent it ended before it was known how it went
 */
export const DELIVERY_CODES = [
  'http_error',
  'rate_limited',
  'rejected',
  'redirect_refused',
  'timed_out',
  'unreachable',
  'dns_failed',
  'tls_failed',
  'invalid_url',
  'address_refused',
  'air_gapped',
  'mail_not_configured',
  'mail_failed',
  'mail_rejected',
  'secret_unreadable',
  'channel_disabled',
  'channel_removed',
  'interrupted',
] as const;

const Person = Type.Object({ id: Id, name: Type.String() });
const Kind = Type.Enum([...ALERT_KINDS]);
const Uuid = Type.String({ format: 'uuid' });

export const AlertFact = Type.Object({ label: Type.String(), value: Type.String() });

/** What of the spend, the errors or the silence comes from where, the largest share first. */
export const AlertDriver = Type.Object({
  /** `model`, `feature`, `user`, … */
  dimension: Type.String(),
  value: Type.String(),
  /** What a person reads. */
  label: Type.String(),
  /** Of the rise or the sum; `null` where there is no such share. */
  sharePercent: nullable(Type.Number()),
  /** All of it in words. */
  sentence: Type.String(),
  /** The dashboard's page with its records. */
  path: Type.Optional(Type.String()),
});

const summary = {
  id: Id,
  kind: Kind,
  severity: Type.Enum([...ALERT_SEVERITIES]),
  title: Type.String(),
  /** Sentences, the most important one first. */
  text: Type.Array(Type.String()),
  facts: Type.Array(AlertFact),
  drivers: Type.Array(AlertDriver),
  /** The dashboard's page with the records behind it, with its query. */
  path: Type.String(),
  budget: nullable(Type.Object({ id: Id, name: Type.String() })),
  project: nullable(Type.Object({ id: Id, name: Type.String() })),
  occurredAt: Instant,
  raisedAt: Instant,
  state: Type.Enum([...ALERT_STATES]),
  acknowledgedAt: nullable(Instant),
  acknowledgedBy: nullable(Person),
  resolvedAt: nullable(Instant),
  /** `null`: its condition was over, or the person is gone. */
  resolvedBy: nullable(Person),
  snoozedUntil: nullable(Instant),
};

const counts = { delivered: Type.Integer(), waiting: Type.Integer(), failed: Type.Integer() };

export const AlertSummary = Type.Object({
  ...summary,
  /** Deliveries by how they stand. */
  deliveries: Type.Object(counts),
});

/** `GET /api/v1/alerts` */
export const AlertQuery = strictObject({
  /** `active`: open or acknowledged, and not snoozed. */
  state: Type.Optional(Type.Enum(['active', 'snoozed', ...ALERT_STATES])),
  kind: Type.Optional(Kind),
  severity: Type.Optional(Type.Enum([...ALERT_SEVERITIES])),
  projectId: Type.Optional(Id),
  budgetId: Type.Optional(Id),
  cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,10}$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
});

export const AlertPage = Type.Object({
  timeZone: Type.String(),
  /** The newest first. */
  alerts: Type.Array(AlertSummary),
  nextCursor: nullable(Type.String()),
  /** Of all, whatever the filter: open ones that are not snoozed, acknowledged ones that are not over. */
  counts: Type.Object({ open: Type.Integer(), acknowledged: Type.Integer(), snoozed: Type.Integer() }),
});

export const DeliveryAttempt = Type.Object({
  at: Instant,
  durationMs: Type.Integer(),
  /** The HTTP status, where there was one. */
  status: nullable(Type.Integer()),
  /** `null`: delivered. */
  code: nullable(Type.Enum([...DELIVERY_CODES])),
});

export const AlertDelivery = Type.Object({
  /** Goes with every attempt: who gets it twice knows it by this. */
  id: Uuid,
  alert: nullable(Type.Object({ id: Id, kind: Kind, title: Type.String() })),
  /** Without an id where the channel is gone. */
  channel: Type.Object({ id: nullable(Id), kind: Type.String(), name: Type.String() }),
  event: Type.Enum([...DELIVERY_EVENTS]),
  /** `failed` has been given up, and can be sent again by a person. */
  state: Type.Enum([...DELIVERY_STATES]),
  attempts: Type.Integer(),
  /** Of one that waits. */
  nextAttemptAt: nullable(Instant),
  heldBy: nullable(Type.Enum(['quiet_hours', 'channel_snoozed', 'kind_snoozed', 'alert_snoozed'])),
  lastStatus: nullable(Type.Integer()),
  lastCode: nullable(Type.Enum([...DELIVERY_CODES])),
  createdAt: Instant,
  finishedAt: nullable(Instant),
  /** The oldest first. */
  log: Type.Array(DeliveryAttempt),
});

/** `GET /api/v1/alerts/:alertId` */
export const AlertDetail = Type.Object({
  timeZone: Type.String(),
  alert: AlertSummary,
  /** In the order in which they were made. */
  deliveries: Type.Array(AlertDelivery),
});

/** `GET /api/v1/deliveries`: the newest first. */
export const DeliveryQuery = strictObject({
  channelId: Type.Optional(Id),
  state: Type.Optional(Type.Enum([...DELIVERY_STATES])),
  cursor: Type.Optional(Type.String({ maxLength: 100 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
});
export const DeliveryPage = Type.Object({ deliveries: Type.Array(AlertDelivery), nextCursor: nullable(Type.String()) });

/** Which of the minimums a kind has is fixed; the others are `null`, and must be when it is written. */
const setting = {
  kind: Kind,
  enabled: Type.Boolean(),
  channelIds: Type.Array(Id, { maxItems: 20, uniqueItems: true }),
  /** Until then its deliveries wait. */
  snoozedUntil: nullable(Instant),
  /** `spend_anomaly`: what must have been spent above the usual. */
  minimumUsd: nullable(UsdText),
  /** `error_rate`: how many calls there must have been. */
  minimumCalls: nullable(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  /** `error_rate`: how many of them must have failed. */
  minimumPercent: nullable(Type.Integer({ minimum: 1, maximum: 100 })),
  /** `ingest_silent`: how long nothing must have come. */
  silentHours: nullable(Type.Integer({ minimum: 1, maximum: 720 })),
};

export const AlertSetting = strictObject(setting);

/** `GET /api/v1/alerts/settings`: one for each kind, in the order of the kinds. */
export const AlertSettings = Type.Object({ settings: Type.Array(AlertSetting) });

/** `PUT /api/v1/alerts/settings`: those kinds that are named are written, the others stay. Owners and admins. */
export const AlertSettingsChange = strictObject({
  settings: Type.Array(AlertSetting, { minItems: 1, maxItems: ALERT_KINDS.length }),
});

export type AlertKind = (typeof ALERT_KINDS)[number];
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];
export type AlertState = (typeof ALERT_STATES)[number];
export type AlertFact = Static<typeof AlertFact>;
export type AlertDriver = Static<typeof AlertDriver>;
export type AlertSummary = Static<typeof AlertSummary>;
export type AlertQuery = Static<typeof AlertQuery>;
export type AlertPage = Static<typeof AlertPage>;
export type AlertDetail = Static<typeof AlertDetail>;
export type AlertDelivery = Static<typeof AlertDelivery>;
export type AlertSetting = Static<typeof AlertSetting>;
export type AlertSettings = Static<typeof AlertSettings>;
export type AlertSettingsChange = Static<typeof AlertSettingsChange>;
export type DeliveryQuery = Static<typeof DeliveryQuery>;
export type DeliveryPage = Static<typeof DeliveryPage>;
export type DeliveryCode = (typeof DELIVERY_CODES)[number];
export type DeliveryEvent = (typeof DELIVERY_EVENTS)[number];
export type DeliveryState = (typeof DELIVERY_STATES)[number];
