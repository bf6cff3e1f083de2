import { sql } from 'kysely';
import type { ChannelChange, ChannelKind, NewChannel } from '../../contract/channels.ts';
import type { Db } from '../../db/connection.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { Sealer } from '../../sealing.ts';
import { setKindsOfChannel } from '../alerts/write-alert-settings.ts';
import { audit } from '../audit/audit.ts';
import type { Author } from '../budgets/write-budget.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';
import { type ChannelOwner, newSigningSecret, openSecrets, sealSecrets } from './channel-secrets.ts';
import { describeTarget, readDestination, requireDestination } from './destination.ts';
import { parseTimeOfDay } from './quiet-hours.ts';

const MAX_CHANNELS = 200;

/**
 * Makes a channel.
 * @returns its id, and the secret that a webhook's requests are signed with, which nobody can read again
 * @throws AppError `invalid_request` naming the field; `conflict` when there are too many
 */
export async function createChannel(
  tx: Db,
  author: Author,
  input: NewChannel,
  sealer: Sealer,
): Promise<{ id: number; secret: string | null }> {
  const { organizationId, now } = author;
  const values = check(input);
  requireDestination(input.kind, input);
  const { addresses, secrets } = readDestination(input.kind, input);
  const { rows: count } = await sql<{ channels: bigint }>`
    select count(*) as channels from channels where organization_id = ${organizationId}`.execute(tx);
  if ((count[0]?.channels ?? 0n) >= MAX_CHANNELS) {
    throw new AppError('conflict', `There are ${MAX_CHANNELS} channels already; remove some first`);
  }
  const secret = input.kind === 'webhook' ? newSigningSecret() : null;
  // It is sealed for its id.
  const { rows: next } = await sql<{ id: number }>`
    select nextval('channels_id_seq')::integer as id`.execute(tx);
  const id = next[0]?.id ?? 0;
  const sealed =
    input.kind === 'email'
      ? null
      : sealSecrets(sealer, { organizationId, channelId: id }, { ...secrets, ...(secret ? { secret } : {}) });
  const target = describeTarget(addresses, secrets);
  await sql`
    insert into channels (id, organization_id, kind, name, enabled, addresses, target, sealed, quiet_from, quiet_to,
      quiet_passes_critical, created_by, created_at, updated_at)
    values (${id}, ${organizationId}, ${input.kind}, ${values.name}, ${input.enabled}, ${addresses}::text[], ${target}, ${sealed},
      ${values.quietFrom}, ${values.quietTo}, ${values.passCritical}, ${author.userId}, ${now}, ${now})`.execute(tx);
  if (input.kinds) await setKindsOfChannel(tx, organizationId, id, input.kinds);
  await audit(tx, organizationId, {
    action: 'channel.created',
    targetId: id,
    after: forAudit({ ...input, ...values, addresses, target }),
  });
  return { id, secret };
}

/**
 * Changes a channel. Its kind stays, and what is secret of it where nothing else is given.
 * @throws AppError `not_found`, `invalid_request`
 */
export async function updateChannel(
  tx: Db,
  author: Author,
  id: number,
  input: ChannelChange,
  sealer: Sealer,
): Promise<void> {
  const { organizationId, now } = author;
  const before = await lockChannel(tx, organizationId, id);
  const values = check(input);
  const given = readDestination(before.kind, input);
  const addresses = input.addresses ? given.addresses : before.addresses;
  let { sealed, target } = before;
  if (Object.keys(given.secrets).length > 0) {
    const owner = { organizationId, channelId: id };
    sealed = sealSecrets(sealer, owner, { ...keptSecrets(sealer, owner, before), ...given.secrets });
    target = describeTarget(addresses, given.secrets);
  } else if (before.kind === 'email') target = describeTarget(addresses, {});
  await sql`
    update channels set name = ${values.name}, enabled = ${input.enabled}, addresses = ${addresses}::text[], target = ${target},
      sealed = ${sealed}, quiet_from = ${values.quietFrom}, quiet_to = ${values.quietTo},
      quiet_passes_critical = ${values.passCritical}, updated_at = ${now}
    where id = ${id} and organization_id = ${organizationId}`.execute(tx);
  if (input.kinds) await setKindsOfChannel(tx, organizationId, id, input.kinds);
  await audit(tx, organizationId, {
    action: 'channel.changed',
    targetId: id,
    before: forAudit({ ...before, kinds: undefined }),
    after: forAudit({ ...input, ...values, kind: before.kind, addresses, target, kinds: undefined }),
  });
}

export interface ChannelRow {
  kind: ChannelKind;
  name: string;
  enabled: boolean;
  addresses: string[];
  target: string;
  sealed: Buffer | null;
  quietFrom: number | null;
  quietTo: number | null;
  passCritical: boolean;
}

/** @throws AppError `not_found` */
export async function lockChannel(tx: Db, organizationId: number, id: number): Promise<ChannelRow> {
  const { rows } = await sql<ChannelRow>`
    select kind, name, enabled, addresses, target, sealed, quiet_from as "quietFrom", quiet_to as "quietTo",
      quiet_passes_critical as "passCritical"
    from channels where id = ${id} and organization_id = ${organizationId} for update`.execute(tx);
  const [row] = rows;
  if (!row) throw new AppError('not_found', `There is no channel ${id}`);
  return row;
}

/** A webhook keeps its signing secret. What cannot be read any more is made anew by rotating it. */
function keptSecrets(sealer: Sealer, owner: ChannelOwner, { sealed }: ChannelRow) {
  try {
    return sealed ? openSecrets(sealer, owner, sealed) : {};
  } catch {
    return {};
  }
}

function check(input: ChannelChange) {
  const offender = findUnstorableText({ name: input.name });
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  const name = input.name.trim();
  if (name === '') throw invalidField('name', 'must not be empty');
  const { quietHours } = input;
  return {
    name,
    quietFrom: quietHours ? parseTimeOfDay(quietHours.start) : null,
    quietTo: quietHours ? parseTimeOfDay(quietHours.end) : null,
    passCritical: quietHours?.passCritical ?? true,
  };
}

type Audited = Omit<ChannelRow, 'sealed'> & { kinds?: readonly string[] | undefined };

/** The log outlives the people in it: of addresses it says how many they are. */
export const forAudit = (channel: Audited): Record<string, unknown> => ({
  kind: channel.kind,
  name: channel.name,
  enabled: channel.enabled,
  ...(channel.kind === 'email' ? { addresses: channel.addresses.length } : { target: channel.target }),
  quietFrom: channel.quietFrom,
  quietTo: channel.quietTo,
  passCritical: channel.passCritical,
  ...(channel.kinds ? { kinds: channel.kinds } : {}),
});
