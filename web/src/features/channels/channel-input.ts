import type { AlertKind } from '@tokengrip/core/contract/alerts';
import type { Channel, ChannelChange, ChannelKind } from '@tokengrip/core/contract/channels';

/** What the form has, as it is typed. */
export interface ChannelInput {
  kind: ChannelKind;
  name: string;
  /** With commas, spaces or lines between them. */
  addresses: string;
  url: string;
  routingKey: string;
  kinds: AlertKind[];
  enabled: boolean;
  quiet: boolean;
  quietStart: string;
  quietEnd: string;
  passCritical: boolean;
}

export const inputOf = (edited: Channel | undefined, defaults: readonly AlertKind[]): ChannelInput => ({
  kind: edited?.kind ?? 'email',
  name: edited?.name ?? '',
  addresses: edited?.addresses.join(', ') ?? '',
  url: '',
  routingKey: '',
  kinds: edited?.kinds ?? [...defaults],
  enabled: edited?.enabled ?? true,
  quiet: Boolean(edited?.quietHours),
  quietStart: edited?.quietHours?.start ?? '22:00',
  quietEnd: edited?.quietHours?.end ?? '07:00',
  passCritical: edited?.quietHours?.passCritical ?? true,
});

/** What the API is sent. What is secret and left empty stays as it is. */
export function changeOf(input: ChannelInput): ChannelChange {
  const { kind, name, enabled, kinds } = input;
  const addresses = [...new Set(input.addresses.split(/[\s,;]+/).filter((address) => address !== ''))];
  const url = input.url.trim();
  const routingKey = input.routingKey.trim();
  return {
    name: name.trim(),
    enabled,
    kinds,
    quietHours: input.quiet ? { start: input.quietStart, end: input.quietEnd, passCritical: input.passCritical } : null,
    ...(kind === 'email' ? { addresses } : {}),
    ...((kind === 'slack' || kind === 'webhook') && url !== '' ? { url } : {}),
    ...(kind === 'pagerduty' && routingKey !== '' ? { routingKey } : {}),
  };
}
