import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import type { AccountContext } from './account-context.ts';
import { attemptAt, type Place } from './log-in.ts';
import { notify } from './notices.ts';
import { useRecoveryCode } from './recovery-codes.ts';
import { takeCode } from './second-factor.ts';
import { findUser, passwordVersion } from './users.ts';

/** Whose password was right a moment ago, and which password that was. */
export interface Challenge {
  userId: number;
  passwordVersion: string;
}

/**
 * The second step of a log-in, by an authenticator's code or a recovery code.
 * @throws AppError `wrong_credentials`; `unauthenticated` when the password has changed since the first step;
 * `rate_limited` after too many wrong ones
 */
export async function checkCode(
  ctx: AccountContext,
  challenge: Challenge,
  code: string,
  place: Place,
): Promise<{ userId: number; email: string }> {
  const { userId } = challenge;
  const user = await inScope(ctx, { userId }, (tx) => findUser(tx, userId));
  if (!user || passwordVersion(user) !== challenge.passwordVersion) {
    throw new AppError('unauthenticated', 'The password has changed meanwhile: log in again');
  }
  const attempt = attemptAt(user.email, userId, place);
  await ctx.attempts.claim('code', attempt);
  const recovery = !/^\d{6}$/.test(code.replaceAll(/\s/g, ''));
  const right = await inScope(ctx, { userId }, (tx) =>
    recovery ? useRecoveryCode(tx, ctx.clock.now(), userId, code) : takeCode(ctx, tx, userId, code),
  );
  if (!right) throw new AppError('wrong_credentials', 'The code is wrong, or was used already');
  await ctx.attempts.succeed('code', attempt);
  if (recovery) await notify(ctx, user.email, 'recoveryCodeUsed');
  return { userId, email: user.email };
}
