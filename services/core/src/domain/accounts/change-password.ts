import { inScope } from '../../db/scope.ts';
import type { AccountContext } from './account-context.ts';
import { checkCurrentPassword } from './check-password.ts';
import { notify } from './notices.ts';
import { withdrawLinks } from './one-time-links.ts';
import { hashPassword } from './passwords.ts';
import { endSessions } from './sessions.ts';

/** Changes the password and ends all other sessions. @throws AppError as `checkCurrentPassword` */
export async function changePassword(
  ctx: AccountContext,
  person: { userId: number; sessionId: string },
  input: { currentPassword: string; newPassword: string },
): Promise<void> {
  const user = await checkCurrentPassword(ctx, person, input.currentPassword);
  const passwordHash = await hashPassword(input.newPassword);
  const now = ctx.clock.now();
  await inScope(ctx, { userId: user.id }, async (tx) => {
    await tx
      .updateTable('users')
      .set({ password_hash: passwordHash, password_changed_at: now })
      .where('id', '=', user.id)
      .execute();
    await endSessions(tx, now, user.id, { but: person.sessionId });
    await withdrawLinks(tx, now, user.id, 'reset_password');
    await withdrawLinks(tx, now, user.id, 'confirm_email');
  });
  await notify(ctx, user.email, 'passwordChanged');
}
