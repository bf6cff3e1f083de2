import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import type { AccountContext } from './account-context.ts';
import type { Attempt } from './attempts.ts';
import { verifyNothing, verifyPassword } from './passwords.ts';
import { hasSecondFactor } from './second-factor.ts';
import { findUserByEmail, normalizeEmail, passwordVersion } from './users.ts';

/** Where a log-in comes from. */
export interface Place {
  address: string;
  /** The cookie of an earlier log-in in this browser. */
  device?: { id: string; userId: number } | undefined;
}

export interface RightPassword {
  userId: number;
  email: string;
  /** A code is wanted before the person is in. */
  needsCode: boolean;
  passwordVersion: string;
}

/** An attempt at an account from a place. A browser that knows another account is a stranger to this one. */
export const attemptAt = (account: string, userId: number | undefined, { address, device }: Place): Attempt => ({
  account,
  address,
  device: device !== undefined && device.userId === userId ? device.id : undefined,
});

/**
 * Who has this address and password.
 * @throws AppError `wrong_credentials`, the same and after the same time whether the address is known or not;
 * `rate_limited` after too many wrong ones
 */
export async function checkCredentials(
  ctx: AccountContext,
  input: { email: string; password: string },
  place: Place,
): Promise<RightPassword> {
  const email = normalizeEmail(input.email);
  // Whoever carries no cookie of an earlier log-in is counted before the database is asked: a flood does not reach it.
  const carrier = place.device && (await findUserByEmail(ctx, email));
  const attempt = attemptAt(email, carrier?.id, place);
  await ctx.attempts.claim('password', attempt);
  const user = place.device ? carrier : await findUserByEmail(ctx, email);
  const right = user ? await verifyPassword(input.password, user.passwordHash) : await verifyNothing(input.password);
  if (!user || !right) throw new AppError('wrong_credentials', 'The email address or the password is wrong');
  await ctx.attempts.succeed('password', attempt);
  const needsCode = await inScope(ctx, { userId: user.id }, (tx) => hasSecondFactor(tx, user.id));
  return { userId: user.id, email, needsCode, passwordVersion: passwordVersion(user) };
}
