import type { ChannelKind, NewChannel } from '../../contract/channels.ts';
import { AppError, invalidField } from '../../errors.ts';
import { composeMail } from '../../mail/compose-mail.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';
import type { ChannelSecrets } from './channel-secrets.ts';

type Given = Pick<NewChannel, 'addresses' | 'url' | 'routingKey'>;

/** Which of the fields a kind of channel has. */
const FIELD_OF = { email: 'addresses', slack: 'url', webhook: 'url', pagerduty: 'routingKey' } as const;

/**
 * Where a channel leads, of what was given.
 * @throws AppError `invalid_request` for a field that its kind does not have, and for one that cannot be right
 */
export function readDestination(kind: ChannelKind, given: Given): { addresses: string[]; secrets: ChannelSecrets } {
  const offender = findUnstorableText(given);
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  for (const field of ['addresses', 'url', 'routingKey'] as const) {
    if (given[field] !== undefined && FIELD_OF[kind] !== field) {
      throw invalidField(field, `is not for channels of the kind ${kind}`);
    }
  }
  return {
    addresses: (given.addresses ?? []).map(checkAddress),
    secrets: {
      ...(given.url === undefined ? {} : { url: checkUrl(given.url) }),
      ...(given.routingKey === undefined ? {} : { routingKey: given.routingKey }),
    },
  };
}

/** @throws AppError `invalid_request` when a new channel says not where it leads */
export function requireDestination(kind: ChannelKind, given: Given): void {
  const field = FIELD_OF[kind];
  if (given[field] === undefined) throw invalidField(field, `is needed for channels of the kind ${kind}`);
}

function checkAddress(address: string): string {
  try {
    return composeMail({ to: address, subject: '', paragraphs: [] }).to;
  } catch (cause) {
    throw new AppError('invalid_request', `addresses: ${JSON.stringify(address)} is no address for mail`, {
      fields: [{ field: 'addresses', message: `${JSON.stringify(address)} is no address for mail` }],
      cause,
    });
  }
}

function checkUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || url.hostname === '') throw invalidField('url', 'must be an http or https address');
  if (url.username !== '' || url.password !== '') throw invalidField('url', 'must not carry a user or a password');
  return url.href;
}

/** A path as short as this is a name, and no secret. */
const MAX_SHOWN_PATH = 16;

/** Where a channel leads, as anybody of the organization may read it. */
export function describeTarget(addresses: readonly string[], { url, routingKey }: ChannelSecrets): string {
  if (routingKey !== undefined) return `…${routingKey.slice(-4)}`;
  if (url === undefined) return addresses.join(', ');
  const { origin, pathname, search } = new URL(url);
  if (search === '' && pathname.length <= MAX_SHOWN_PATH) return pathname === '/' ? origin : origin + pathname;
  return `${origin}/…`;
}
