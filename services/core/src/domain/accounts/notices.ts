import type { MailContent } from '../../mail/compose-mail.ts';
import type { AccountContext } from './account-context.ts';

/** What a person is told of when it happens to their account. */
const NOTICES = {
  passwordChanged: ['Your password was changed', 'The password of your Tokengrip account was changed.'],
  passwordReset: [
    'Your password was reset',
    'The password of your Tokengrip account was reset by a link, and all sessions were ended.',
  ],
  emailChanged: [
    'Your email address was changed',
    'Your Tokengrip account has another email address now. This one is not used any more.',
  ],
  emailChangeAsked: [
    'A change of your email address was asked for',
    'Somebody who knows your password asked to change the email address of your Tokengrip account. It changes when the new address is confirmed.',
  ],
  twoFactorOn: ['Two-factor authentication is on', 'Logging in to your Tokengrip account now asks for a code as well.'],
  twoFactorOff: [
    'Two-factor authentication is off',
    'Logging in to your Tokengrip account asks for the password alone again.',
  ],
  recoveryCodesMade: [
    'You have new recovery codes',
    'New recovery codes were made for your Tokengrip account. The old ones do not work any more.',
  ],
  openIdLinked: [
    'Your account can be opened by your provider',
    'Logging in to your Tokengrip account is now possible by single sign-on as well.',
  ],
  openIdUnlinked: [
    'Single sign-on was removed from your account',
    'Your Tokengrip account is opened by its password alone again.',
  ],
  recoveryCodeUsed: ['A recovery code was used', 'Somebody logged in to your Tokengrip account with a recovery code.'],
} as const satisfies Record<string, readonly [subject: string, sentence: string]>;

/**
 * Tells a person by mail that something about their account has changed, where mail is sent. A notice that cannot be
 * queued does not undo what it tells of.
 */
export async function notify(ctx: AccountContext, to: string, notice: keyof typeof NOTICES): Promise<void> {
  const [subject, sentence] = NOTICES[notice];
  const at = ctx.clock.now().toISOString().slice(0, 16).replace('T', ' ');
  await postOrLog(ctx, {
    to,
    subject,
    paragraphs: [
      sentence,
      `It happened on ${at} (UTC). If it was not you, reset your password at once and ask an administrator for help.`,
    ],
    ...(ctx.outbox ? { action: { label: 'Open Tokengrip', url: ctx.outbox.link('/settings/account') } } : {}),
  });
}

/** Queues a mail; what goes wrong is for the log, as the one who asked is told nothing. */
export async function postOrLog(ctx: AccountContext, content: MailContent): Promise<void> {
  try {
    await ctx.outbox?.post(content);
  } catch (error) {
    ctx.log.error({ err: error, subject: content.subject }, 'a mail could not be queued');
  }
}
