import { sql } from 'kysely';
import type { Role } from '../../contract/accounts.ts';
import type { InvitationOffer } from '../../contract/teams.ts';
import { inScope, setScope, type Tx } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { AccountContext } from '../accounts/account-context.ts';
import { emailTaken } from '../accounts/create-account.ts';
import { checkCredentials, type Place } from '../accounts/log-in.ts';
import { hashPassword } from '../accounts/passwords.ts';
import { hashToken } from '../accounts/secret-tokens.ts';
import { findUserByEmail } from '../accounts/users.ts';
import { audit } from '../audit/audit.ts';

const NEW_PASSWORD_LENGTH = 10;

interface Found {
  id: number;
  organizationId: number;
  organizationName: string;
  email: string;
  role: Role;
  expiresAt: Date;
}

/**
 * What a link is for.
 * @throws AppError `not_found` for a link that is unknown, expired, withdrawn, replaced or used
 */
export async function readInvitation(ctx: AccountContext, token: string): Promise<InvitationOffer> {
  const found = await inScope(ctx, { tokenHash: hashToken(token) }, (tx) => findByToken(ctx, tx, token));
  return {
    organizationName: found.organizationName,
    email: found.email,
    role: found.role,
    expiresAt: found.expiresAt.toISOString(),
    hasAccount: (await findUserByEmail(ctx, found.email)) !== undefined,
  };
}

/**
 * Lets the invited person in: as who they are logged in, with the password of their account, or with a new account. An
 * invitation is for the address that it went to, whoever else has the link.
 * @param session who is logged in, if anybody
 * @returns who has joined, and whether they have shown all that a log-in asks for
 * @throws AppError `not_found` as `readInvitation`; `forbidden` for somebody else's invitation; `wrong_credentials`,
 * `invalid_request`
 */
export async function acceptInvitation(
  ctx: AccountContext,
  input: { token: string; name?: string | undefined; password?: string | undefined },
  session: { userId: number; email: string } | undefined,
  place: Place,
): Promise<{ userId: number; email: string; organizationId: number; entry: 'logged_in' | 'created' | 'log_in_next' }> {
  const { email } = await readInvitation(ctx, input.token);
  if (session) {
    if (session.email !== email)
      throw new AppError('forbidden', 'This invitation is for another address: log out first');
    return { ...(await joinByInvitation(ctx, input.token, session.userId, place)), entry: 'logged_in' };
  }
  if (input.password === undefined) throw invalidField('password', 'is missing');
  const account = await findUserByEmail(ctx, email);
  if (account) {
    const person = await checkCredentials(ctx, { email, password: input.password }, place);
    return { ...(await joinByInvitation(ctx, input.token, person.userId, place)), entry: 'log_in_next' };
  }
  if (input.name === undefined) throw invalidField('name', 'is missing');
  if (input.password.length < NEW_PASSWORD_LENGTH) {
    throw invalidField('password', `must have at least ${NEW_PASSWORD_LENGTH} characters`);
  }
  const created = { name: input.name.trim(), passwordHash: await hashPassword(input.password) };
  return { ...(await joinByInvitation(ctx, input.token, created, place)), entry: 'created' };
}

/** Whoever has shown that the address of an invitation is theirs, if not by the link alone. */
interface NewMember {
  name: string;
  passwordHash: string;
  hasPassword?: boolean;
  emailConfirmedAt?: Date;
}

/**
 * Uses an invitation up, for somebody who has an account or for a new one. `also` belongs to the same transaction, in the
 * scope of who joins.
 * @throws AppError as `readInvitation`; `conflict` when the address has an account
 */
export async function joinByInvitation(
  ctx: AccountContext,
  token: string,
  person: number | NewMember,
  { address }: Place,
  also?: (tx: Tx, userId: number) => Promise<void>,
) {
  return inScope(ctx, { tokenHash: hashToken(token) }, async (tx) => {
    const { id, organizationId, email, role } = await findByToken(ctx, tx, token);
    const userId = typeof person === 'number' ? person : await nextUserId(tx);
    // Networks are cut short for limits; the log has them as they are known.
    await setScope(tx, { organizationId, userId, ...(address.includes('/') ? {} : { address }) });
    // Whoever deletes the row has the invitation; of two at once the other finds nothing.
    const used = await tx.deleteFrom('invitations').where('id', '=', id).returning('id').executeTakeFirst();
    if (!used) throw linkIsOver();
    if (typeof person !== 'number') await createUser(tx, userId, email, person);
    const joined = await tx
      .insertInto('memberships')
      .values({ organization_id: organizationId, user_id: userId, role })
      .onConflict((conflict) => conflict.doNothing())
      .returning('user_id')
      .executeTakeFirst();
    await also?.(tx, userId);
    if (joined) await audit(tx, organizationId, { action: 'member.joined', targetId: userId, after: { role } });
    return { userId, email, organizationId };
  });
}

async function createUser(tx: Tx, id: number, email: string, user: NewMember) {
  const created = await tx
    .insertInto('users')
    .values({
      id,
      email,
      name: user.name,
      password_hash: user.passwordHash,
      has_password: user.hasPassword ?? true,
      // The link was also shown to whoever invited: it does not say that the address is theirs.
      email_confirmed_at: user.emailConfirmedAt ?? null,
    })
    .onConflict((conflict) => conflict.constraint('users_email_key').doNothing())
    .executeTakeFirst();
  if (created.numInsertedOrUpdatedRows === 0n) throw emailTaken();
}

async function nextUserId(tx: Tx): Promise<number> {
  const { rows } = await sql<{ id: number }>`select nextval('users_id_seq')::integer as id`.execute(tx);
  return rows[0]?.id ?? 0;
}

/** Needs the scope of the token; widens it to the organization. */
async function findByToken(ctx: AccountContext, tx: Tx, token: string): Promise<Found> {
  const hash = hashToken(token);
  const invitation = await tx
    .selectFrom('invitations')
    .select(['id', 'organization_id as organizationId', 'email', 'role', 'expires_at as expiresAt'])
    .where('hash', '=', hash)
    .where('expires_at', '>', ctx.clock.now())
    .executeTakeFirst();
  if (!invitation) throw linkIsOver();
  await setScope(tx, { tokenHash: hash, organizationId: invitation.organizationId });
  const organization = await tx
    .selectFrom('organizations')
    .select('name')
    .where('id', '=', invitation.organizationId)
    .executeTakeFirst();
  if (!organization) throw linkIsOver();
  return { ...invitation, organizationName: organization.name };
}

const linkIsOver = () =>
  new AppError('not_found', 'This invitation does not work any more: it was used, withdrawn, replaced, or has expired');
