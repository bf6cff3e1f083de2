import type { OpenIdProblem } from '../../contract/auth.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { joinByInvitation, readInvitation } from '../invitations/accept-invitation.ts';
import type { Terms } from '../organizations/terms.ts';
import type { AccountContext } from './account-context.ts';
import { checkTimeZone, createOwnerAccount } from './create-account.ts';
import type { Place } from './log-in.ts';
import { notify } from './notices.ts';
import { addIdentity, identityHash, type OpenIdPerson } from './openid.ts';
import { hashPassword } from './passwords.ts';
import { hasSecondFactor } from './second-factor.ts';
import { makeToken } from './secret-tokens.ts';
import { claimInstallation, isSetupRequired } from './set-up.ts';
import { findUser, passwordVersion } from './users.ts';

/** How accounts are made here, and what the person came with. */
export interface EntryRules {
  openRegistration: boolean;
  terms: Terms;
  /** Of a new organization. */
  timeZone?: string | undefined;
  /** The token of an invitation that they followed. */
  invitation?: string | undefined;
}

export interface EntryByOpenId {
  userId: number;
  email: string;
  /** A code is wanted before the person is in. */
  needsCode: boolean;
  passwordVersion: string;
  /** The account is new. */
  created: boolean;
}

/**
 * Who somebody is whom the provider has recognized, making their account if the rules of registration allow it.
 *
 * An account that is not linked yet is found by its address only where both sides have verified it: the provider says so,
 * and a mail to it was answered here. Otherwise whoever registered with somebody else's address, there or here, would get
 * into the other one's account; such a person logs in and links it on the account page.
 * @returns `refused` with the reason, which the log-in page puts into words
 */
export async function enterByOpenId(
  ctx: AccountContext,
  person: OpenIdPerson,
  rules: EntryRules,
  place: Place,
): Promise<EntryByOpenId | { refused: OpenIdProblem }> {
  const known = (await findLinked(ctx, person)) ?? (await linkByEmail(ctx, person));
  const userId = known ?? (await create(ctx, person, rules, place));
  if (typeof userId !== 'number') return userId;
  return inScope(ctx, { userId }, async (tx) => {
    const user = await findUser(tx, userId);
    if (!user) return { refused: 'no_account' };
    await tx
      .updateTable('openid_identities')
      .set({ last_used_at: ctx.clock.now() })
      .where('hash', '=', identityHash(person))
      .execute();
    const needsCode = !person.multiFactor && (await hasSecondFactor(tx, userId));
    return {
      userId,
      email: user.email,
      needsCode,
      passwordVersion: passwordVersion(user),
      created: known === undefined,
    };
  });
}

const findLinked = (ctx: AccountContext, person: OpenIdPerson): Promise<number | undefined> =>
  inScope(ctx, { tokenHash: identityHash(person) }, async (tx) => {
    const found = await tx
      .selectFrom('openid_identities')
      .select('user_id')
      .where('hash', '=', identityHash(person))
      .executeTakeFirst();
    return found?.user_id;
  });

/** @returns `undefined` when nobody has the address */
async function linkByEmail(
  ctx: AccountContext,
  person: OpenIdPerson,
): Promise<number | { refused: OpenIdProblem } | undefined> {
  const email = person.verifiedEmail;
  if (email === undefined) return { refused: 'email_unverified' };
  const user = await inScope(ctx, { loginEmail: email }, (tx) =>
    tx.selectFrom('users').select(['id', 'email_confirmed_at']).where('email', '=', email).executeTakeFirst(),
  );
  if (!user) return undefined;
  if (user.email_confirmed_at === null) return { refused: 'confirm_first' };
  const linked = await inScope(ctx, { userId: user.id }, (tx) => addIdentity(tx, user.id, person, ctx.clock.now()));
  // Another account of the provider opens it: an address that was given to somebody else there is not enough.
  if (!linked) return { refused: 'linked_elsewhere' };
  await notify(ctx, email, 'openIdLinked');
  return user.id;
}

async function create(
  ctx: AccountContext,
  person: OpenIdPerson,
  rules: EntryRules,
  place: Place,
): Promise<number | { refused: OpenIdProblem }> {
  const email = person.verifiedEmail;
  if (email === undefined) return { refused: 'email_unverified' };
  const now = ctx.clock.now();
  const link = async (tx: Tx, userId: number) => {
    if (!(await addIdentity(tx, userId, person, now))) throw new AppError('conflict', 'The identity is linked already');
  };
  const account = async () => ({
    email,
    name: nameOf(person, email),
    // Of a secret that nobody has: as slow to compare as any, and never right.
    passwordHash: await hashPassword(makeToken()),
    hasPassword: false,
    emailConfirmedAt: now,
    timeZone: checkTimeZone(rules.timeZone),
    terms: rules.terms,
  });
  if (await isSetupRequired(ctx)) {
    const owner = await account();
    return (await claimInstallation(ctx, owner, link)).userId;
  }
  const { invitation } = rules;
  if (invitation !== undefined) {
    const offer = await readInvitation(ctx, invitation);
    if (offer.email !== email) return { refused: 'other_address' };
    return (await joinByInvitation(ctx, invitation, await account(), place, link)).userId;
  }
  if (!rules.openRegistration) return { refused: 'no_account' };
  const owner = await account();
  return inScope(ctx, {}, async (tx) => {
    const { userId } = await createOwnerAccount(tx, owner);
    await link(tx, userId);
    return userId;
  });
}

const MAX_NAME_LENGTH = 200;

const nameOf = ({ name }: OpenIdPerson, email: string): string =>
  (name?.trim() || (email.split('@')[0] ?? email)).slice(0, MAX_NAME_LENGTH);
