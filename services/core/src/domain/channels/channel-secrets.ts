import { randomBytes } from 'node:crypto';
import type { Sealer } from '../../sealing.ts';

/** What of a channel nobody may read: each kind has some of it. */
export interface ChannelSecrets {
  url?: string;
  routingKey?: string;
  /** What a webhook's requests are signed with. */
  secret?: string;
  /** The one before, for a while after a change. */
  previousSecret?: string;
}

export interface ChannelOwner {
  organizationId: number;
  channelId: number;
}

const purposeOf = ({ organizationId, channelId }: ChannelOwner) =>
  `channel ${channelId} of organization ${organizationId}`;
/** What was sealed for any channel of its organization once, and stays so until the channel is changed. */
const formerPurposeOf = ({ organizationId }: ChannelOwner) => `channel of organization ${organizationId}`;

/** For this channel alone: in the row of another it does not open. */
export const sealSecrets = (sealer: Sealer, owner: ChannelOwner, secrets: ChannelSecrets): Buffer =>
  sealer.seal(purposeOf(owner), JSON.stringify(secrets));

/** @throws Error when another secret sealed it, or it is another channel's */
export function openSecrets(sealer: Sealer, owner: ChannelOwner, sealed: Buffer): ChannelSecrets {
  return JSON.parse(open(sealer, owner, sealed)) as ChannelSecrets;
}

function open(sealer: Sealer, owner: ChannelOwner, sealed: Buffer): string {
  try {
    return sealer.open(purposeOf(owner), sealed);
  } catch {
    return sealer.open(formerPurposeOf(owner), sealed);
  }
}

/** A secret to sign with. Its beginning says what it is, where somebody finds it. */
export const newSigningSecret = (): string => `tgwh_${randomBytes(32).toString('base64url')}`;
