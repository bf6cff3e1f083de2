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

const purposeOf = (organizationId: number) => `channel of organization ${organizationId}`;

export const sealSecrets = (sealer: Sealer, organizationId: number, secrets: ChannelSecrets): Buffer =>
  sealer.seal(purposeOf(organizationId), JSON.stringify(secrets));

/** @throws Error when another secret sealed it */
export const openSecrets = (sealer: Sealer, organizationId: number, sealed: Buffer): ChannelSecrets =>
  JSON.parse(sealer.open(purposeOf(organizationId), sealed)) as ChannelSecrets;

/** A secret to sign with. Its beginning says what it is, where somebody finds it. */
export const newSigningSecret = (): string => `tgwh_${randomBytes(32).toString('base64url')}`;
