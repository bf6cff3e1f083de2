import Type, { type Static } from 'typebox';
import { ALERT_KINDS } from './alerts.ts';
import { Id, Instant, nullable, strictObject } from './common.ts';

export const CHANNEL_KINDS = ['email', 'slack', 'webhook', 'pagerduty'] as const;

/** A time of day in the organization's zone. */
const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', examples: ['22:00'] });

/** Nothing is sent between these times; what is due then is sent when they end. */
export const QuietHours = strictObject({
  start: TimeOfDay,
  /** On the day after, where it is not later than `start`. */
  end: TimeOfDay,
  /** What is critical is sent at any hour. */
  passCritical: Type.Boolean(),
});

const Addresses = Type.Array(Type.String({ format: 'email', maxLength: 254 }), {
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
});
const Url = Type.String({
  maxLength: 2_000,
  pattern: '^https?://.+$',
});
/** An integration key of the Events API v2. */
const RoutingKey = Type.String({ pattern: '^[0-9A-Za-z]{32}$' });
const Kinds = Type.Array(Type.Enum([...ALERT_KINDS]), { maxItems: ALERT_KINDS.length, uniqueItems: true });

const terms = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  enabled: Type.Boolean(),
  quietHours: nullable(QuietHours),
};

/** What of a channel belongs to its kind: `email` has addresses, `slack` and `webhook` a URL, `pagerduty` a routing key. */
const destination = {
  addresses: Type.Optional(Addresses),
  url: Type.Optional(Url),
  routingKey: Type.Optional(RoutingKey),
};

/** `POST /api/v1/channels`. Owners and admins. */
export const NewChannel = strictObject({
  kind: Type.Enum([...CHANNEL_KINDS]),
  ...terms,
  ...destination,
  /** The kinds of alerts that are sent there; the same as naming it in their settings. */
  kinds: Type.Optional(Kinds),
});

/** `PUT /api/v1/channels/:channelId`. Its kind stays; a URL or routing key that is not given stays, too. */
export const ChannelChange = strictObject({ ...terms, ...destination, kinds: Type.Optional(Kinds) });

export const Channel = Type.Object({
  id: Id,
  kind: Type.Enum([...CHANNEL_KINDS]),
  ...terms,
  /** Of the kind `email`; empty otherwise, and for whoever may not change channels. */
  addresses: Type.Array(Type.String()),
  /** Where it leads, without what is secret in it. `null` for whoever may not change channels. */
  target: nullable(Type.String()),
  /** The kinds of alerts that are sent there, by their settings. */
  kinds: Kinds,
  /** The budgets that name it. */
  budgets: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  snoozedUntil: nullable(Instant),
  /** Of a webhook whose secret was changed: until then both sign. */
  previousSecretUntil: nullable(Instant),
  lastAttemptAt: nullable(Instant),
  lastDeliveredAt: nullable(Instant),
  /** Why the last attempt failed; `null` where it did not. */
  lastCode: nullable(Type.String()),
  createdAt: Instant,
  updatedAt: Instant,
});

/** `GET /api/v1/channels` */
export const ChannelList = Type.Object({
  timeZone: Type.String(),
  /** Whether this installation sends mail. */
  mail: Type.Boolean(),
  /** Nothing goes out but to what the operator has allowed. */
  airGapped: Type.Boolean(),
  channels: Type.Array(Channel),
});

/** What made or rotated a channel. */
export const ChannelWithSecret = Type.Object({
  channel: Channel,
  /** Of a webhook: what its requests are signed with. Shown now, and never again. */
  secret: nullable(Type.String()),
});

/** `POST /api/v1/channels/:channelId/snooze` and of alerts. `null` ends it. */
export const Snooze = strictObject({ until: nullable(Instant) });

export type Channel = Static<typeof Channel>;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
export type ChannelList = Static<typeof ChannelList>;
export type ChannelChange = Static<typeof ChannelChange>;
export type ChannelWithSecret = Static<typeof ChannelWithSecret>;
export type NewChannel = Static<typeof NewChannel>;
export type QuietHours = Static<typeof QuietHours>;
