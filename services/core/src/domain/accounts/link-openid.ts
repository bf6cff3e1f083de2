import type { OpenIdProblem } from '../../contract/auth.ts';
import { inScope } from '../../db/scope.ts';
import type { AccountContext } from './account-context.ts';
import { checkCurrentPassword } from './check-password.ts';
import { findMember } from './find-member.ts';
import { notify } from './notices.ts';
import { addIdentity, type OpenIdPerson } from './openid.ts';

interface Person {
  userId: number;
  sessionId: string;
}

/**
 * Lets a provider's account open that of a person who began this logged in, whatever address the provider has for them.
 * @returns the reason where it does not happen; nothing when it did
 */
export async function linkOpenId(
  ctx: AccountContext,
  { userId, sessionId }: Person,
  person: OpenIdPerson,
): Promise<OpenIdProblem | undefined> {
  const member = await findMember(ctx, { id: sessionId, userId });
  if (!member) return 'expired';
  const linked = await inScope(ctx, { userId }, (tx) => addIdentity(tx, userId, person, ctx.clock.now()));
  if (!linked) return 'linked_elsewhere';
  await notify(ctx, member.email, 'openIdLinked');
  return undefined;
}

/**
 * The provider opens the account no more. The password proves who asks, and that there is another way in.
 * Where there is no link, nothing happens.
 * @throws AppError as `checkCurrentPassword`
 */
export async function unlinkOpenId(
  ctx: AccountContext,
  person: Person,
  { issuer, currentPassword }: { issuer: string; currentPassword: string },
): Promise<void> {
  const user = await checkCurrentPassword(ctx, person, currentPassword);
  const gone = await inScope(ctx, { userId: user.id }, (tx) =>
    tx
      .deleteFrom('openid_identities')
      .where('user_id', '=', user.id)
      .where('issuer', '=', issuer)
      .returning('user_id')
      .executeTakeFirst(),
  );
  if (gone) await notify(ctx, user.email, 'openIdUnlinked');
}
