import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { verifyNothing, verifyPassword } from './passwords.ts';

/**
 * Who has this address and password.
 * @throws AppError `wrong_credentials`, the same and after the same time whether the address is known or not
 */
export async function checkCredentials(
  ctx: Context,
  input: { email: string; password: string },
): Promise<{ userId: number }> {
  const email = input.email.trim().toLowerCase();
  const user = await inScope(ctx, { loginEmail: email }, (tx) =>
    tx.selectFrom('users').select(['id', 'password_hash']).where('email', '=', email).executeTakeFirst(),
  );
  const right = user ? await verifyPassword(input.password, user.password_hash) : await verifyNothing(input.password);
  if (!user || !right) throw new AppError('wrong_credentials', 'The email address or the password is wrong');
  return { userId: user.id };
}
