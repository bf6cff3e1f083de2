import { AppError } from '../../errors.ts';
import type { AccountContext } from './account-context.ts';
import { notify, postOrLog } from './notices.ts';
import { linkIsOver, makeLink, useLink, withdrawLinks } from './one-time-links.ts';
import { hashPassword } from './passwords.ts';
import { endSessions } from './sessions.ts';
import { findUser, findUserByEmail, normalizeEmail } from './users.ts';

/** Nothing a place can do about it: the count is the address's alone. */
const ANYWHERE = '';

/**
 * Mails a link for a new password to whoever has this address, a few an hour. Says nothing: who asks must not learn
 * whether there was anything to send.
 */
export async function mailResetLink(ctx: AccountContext, address: string): Promise<void> {
  const email = normalizeEmail(address);
  const { outbox } = ctx;
  const user = await findUserByEmail(ctx, email);
  if (!user || !outbox || !(await mayMail(ctx, email))) return;
  const { path } = await makeLink(ctx, { purpose: 'reset_password', userId: user.id });
  await postOrLog(ctx, {
    to: user.email,
    subject: 'Reset your password',
    paragraphs: [
      `Hello ${user.name},`,
      'somebody asked for a new password for your Tokengrip account. The link works once and for 30 minutes. It ends all sessions.',
    ],
    action: { label: 'Choose a new password', url: outbox.link(path) },
    footer: 'If it was not you, do nothing: your password stays as it is.',
  });
}

/** Whether one more mail may go to this address. */
export async function mayMail(ctx: AccountContext, email: string): Promise<boolean> {
  try {
    await ctx.attempts.claim('mail', { account: email, address: ANYWHERE });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'rate_limited') return false;
    throw error;
  }
}

/**
 * Sets a new password by a one-time link, and ends all sessions of the person: whoever knew the old one is out.
 * @throws AppError `not_found` when the link does not work (any more)
 */
export async function resetPassword(ctx: AccountContext, input: { token: string; password: string }): Promise<void> {
  const passwordHash = await hashPassword(input.password);
  const email = await useLink(ctx, input.token, 'reset_password', async (tx, { userId }) => {
    const user = userId === null ? undefined : await findUser(tx, userId);
    if (!user) throw linkIsOver();
    const now = ctx.clock.now();
    await tx
      .updateTable('users')
      .set({ password_hash: passwordHash, has_password: true, password_changed_at: now })
      .where('id', '=', user.id)
      .execute();
    await endSessions(tx, now, user.id);
    // Somebody who knew the old password may have linked a log-in of their own by it; a verified address links anew.
    if (user.hasPassword) await tx.deleteFrom('openid_identities').where('user_id', '=', user.id).execute();
    // Whoever asked for another address before, perhaps with the old password, must ask again.
    await withdrawLinks(tx, now, user.id, 'confirm_email');
    return user.email;
  });
  await notify(ctx, email, 'passwordReset');
}
