import { inScope, type Tx } from '../../db/scope.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import type { AccountContext } from './account-context.ts';
import { checkCurrentPassword } from './check-password.ts';
import { emailTaken } from './create-account.ts';
import { notify, postOrLog } from './notices.ts';
import { linkIsOver, makeLink, useLink, withdrawLinks } from './one-time-links.ts';
import { mayMail } from './reset-password.ts';
import { findUser, findUserByEmail, normalizeEmail } from './users.ts';

/**
 * Changes a person's address: at once, or, where mail is sent, when the link that goes to the new address is opened. The
 * old address is told. Where mail is sent, nothing tells whether the new address has an account.
 * @throws AppError as `checkCurrentPassword`; `conflict` at `email`, without mail alone
 */
export async function changeEmail(
  ctx: AccountContext,
  person: { userId: number; sessionId: string },
  input: { currentPassword: string; email: string },
): Promise<void> {
  const user = await checkCurrentPassword(ctx, person, input.currentPassword);
  const email = normalizeEmail(input.email);
  if (email === user.email) return;
  const { outbox } = ctx;
  if (!outbox) {
    await inScope(ctx, { userId: user.id }, async (tx) => {
      await setEmail(tx, user.id, email, null);
      await withdrawLinks(tx, ctx.clock.now(), user.id, 'reset_password');
    });
    return;
  }
  const { path } = await makeLink(ctx, { purpose: 'confirm_email', userId: user.id, email });
  await notify(ctx, user.email, 'emailChangeAsked');
  if (!(await mayMail(ctx, email))) return;
  const taken = (await findUserByEmail(ctx, email)) !== undefined;
  await postOrLog(ctx, {
    to: email,
    subject: taken ? 'You have a Tokengrip account' : 'Confirm your email address',
    paragraphs: [
      taken
        ? 'Somebody wanted to use this address for their Tokengrip account. It belongs to yours already, and that stays so.'
        : 'Confirm that this is the new address of your Tokengrip account. The link works once and for 30 minutes.',
    ],
    ...(taken ? {} : { action: { label: 'Confirm this address', url: outbox.link(path) } }),
    footer: 'If it was not you, do nothing.',
  });
}

/** Makes the address count that a link was sent to. @throws AppError `not_found` when the link does not work; `conflict` */
export async function confirmEmail(ctx: AccountContext, token: string): Promise<void> {
  const before = await useLink(ctx, token, 'confirm_email', async (tx, { userId, email }) => {
    const user = userId === null ? undefined : await findUser(tx, userId);
    if (!user || email === null) throw linkIsOver();
    await setEmail(tx, user.id, email, ctx.clock.now());
    // A link that went to the old address must not open the account any more.
    await withdrawLinks(tx, ctx.clock.now(), user.id, 'reset_password');
    return user.email;
  });
  await notify(ctx, before, 'emailChanged');
}

async function setEmail(tx: Tx, userId: number, email: string, confirmedAt: Date | null): Promise<void> {
  try {
    await tx.updateTable('users').set({ email, email_confirmed_at: confirmedAt }).where('id', '=', userId).execute();
  } catch (error) {
    if (isUniqueViolation(error, 'users_email_key')) throw emailTaken();
    throw error;
  }
}
