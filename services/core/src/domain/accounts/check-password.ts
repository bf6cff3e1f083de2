import { inScope } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { AccountContext } from './account-context.ts';
import { verifyPassword } from './passwords.ts';
import { findUser, type User } from './users.ts';

/**
 * That it is the person themselves who changes how they log in, and not somebody at a screen that was left open.
 * @throws AppError `invalid_request` at the field `currentPassword`; `rate_limited` after too many wrong ones
 */
export async function checkCurrentPassword(
  ctx: AccountContext,
  person: { userId: number; sessionId: string },
  currentPassword: string,
): Promise<User> {
  const user = await inScope(ctx, { userId: person.userId }, (tx) => findUser(tx, person.userId));
  if (!user) throw new AppError('unauthenticated', 'Log in first');
  // Counted by session: whoever has one is no stranger, and no other session is held up.
  const attempt = { account: user.email, address: '', device: `session ${person.sessionId}` };
  await ctx.attempts.claim('password', attempt);
  if (!user.hasPassword) {
    throw invalidField('currentPassword', 'your account has no password yet: set one by “Forgot your password?” first');
  }
  if (!(await verifyPassword(currentPassword, user.passwordHash))) {
    throw invalidField('currentPassword', 'this is not your current password');
  }
  await ctx.attempts.succeed('password', attempt);
  return user;
}
