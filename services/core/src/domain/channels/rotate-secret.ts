import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import type { Sealer } from '../../sealing.ts';
import { audit } from '../audit/audit.ts';
import type { Author } from '../budgets/write-budget.ts';
import { type ChannelSecrets, newSigningSecret, openSecrets, sealSecrets } from './channel-secrets.ts';
import { lockChannel } from './write-channel.ts';

/** How long the secret before signs, too: receivers change theirs meanwhile. */
const OVERLAP_MS = DAY;

/**
 * Gives a webhook another signing secret. For a day its requests carry a signature by each.
 * @returns the new one, which nobody can read again
 * @throws AppError `not_found`; `conflict` for another kind of channel, or where its URL has to be entered again
 */
export async function rotateSecret(tx: Db, author: Author, id: number, sealer: Sealer): Promise<string> {
  const { organizationId, now } = author;
  const { kind, sealed } = await lockChannel(tx, organizationId, id);
  if (kind !== 'webhook' || !sealed) throw new AppError('conflict', 'Only webhooks have a secret to sign with');
  const owner = { organizationId, channelId: id };
  let secrets: ChannelSecrets;
  try {
    secrets = openSecrets(sealer, owner, sealed);
  } catch {
    throw new AppError(
      'conflict',
      'It was sealed with another ENCRYPTION_SECRET: remove the channel and make it again',
    );
  }
  const { secret: previousSecret, ...kept } = secrets;
  const secret = newSigningSecret();
  const next = { ...kept, secret, ...(previousSecret === undefined ? {} : { previousSecret }) };
  await sql`
    update channels set sealed = ${sealSecrets(sealer, owner, next)}, updated_at = ${now},
      previous_secret_until = ${new Date(now.getTime() + OVERLAP_MS)}
    where id = ${id} and organization_id = ${organizationId}`.execute(tx);
  await audit(tx, organizationId, { action: 'channel.secret_rotated', targetId: id });
  return secret;
}
