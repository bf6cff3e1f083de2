import type { RegisterRequest } from '../../contract/auth.ts';
import { inScope } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { Terms } from '../organizations/terms.ts';
import type { AccountContext } from './account-context.ts';
import { checkTimeZone, createOwnerAccount, type NewOwner } from './create-account.ts';
import { postOrLog } from './notices.ts';
import { linkIsOver, makeLink, useLink } from './one-time-links.ts';
import { hashPassword } from './passwords.ts';
import { mayMail } from './reset-password.ts';
import { isSetupRequired } from './set-up.ts';
import { findUserByEmail, normalizeEmail } from './users.ts';

/**
 * Mails a link by which an account is made, or, to an address that has one, that it has one. Says nothing: who asks must
 * not learn which. The password is chosen behind the link, so that nobody prepares an account for somebody else.
 */
export async function mailRegistrationLink(ctx: AccountContext, address: string): Promise<void> {
  const email = normalizeEmail(address);
  const { outbox } = ctx;
  if (!outbox || !(await mayMail(ctx, email))) return;
  const footer = 'If it was not you, do nothing.';
  if (await findUserByEmail(ctx, email)) {
    await postOrLog(ctx, {
      to: email,
      subject: 'You have a Tokengrip account',
      paragraphs: ['Somebody wanted to register with this address, which has an account already.'],
      action: { label: 'Log in', url: outbox.link('/login') },
      footer,
    });
    return;
  }
  const { path } = await makeLink(ctx, { purpose: 'register', email });
  await postOrLog(ctx, {
    to: email,
    subject: 'Finish your registration',
    paragraphs: ['Choose a name and a password for your Tokengrip account. The link works once and for 30 minutes.'],
    action: { label: 'Create your account', url: outbox.link(path) },
    footer,
  });
}

/**
 * Makes an account that owns a new organization. Where mail is sent, the link of the mail says which address it is. Where
 * none is, the address is taken as it is typed, and one that has an account is refused: there is no other place to say so.
 * @throws AppError `not_found` for a link that does not work; `conflict`, `invalid_request`
 */
export async function register(
  ctx: AccountContext,
  input: RegisterRequest & { terms?: Terms },
): Promise<{ userId: number; email: string }> {
  if (await isSetupRequired(ctx)) throw new AppError('forbidden', 'The first account owns the installation: set it up');
  const timeZone = checkTimeZone(input.timeZone);
  const [needed, given] = ctx.outbox ? (['token', input.token] as const) : (['email', input.email] as const);
  if (given === undefined) throw invalidField(needed, 'is missing');
  const account = {
    name: input.name,
    passwordHash: await hashPassword(input.password),
    timeZone,
    ...(input.terms ? { terms: input.terms } : {}),
  };
  const create = async (tx: Parameters<typeof createOwnerAccount>[0], owner: NewOwner) => {
    const { userId } = await createOwnerAccount(tx, owner);
    return { userId, email: owner.email };
  };
  if (!ctx.outbox) return inScope(ctx, {}, (tx) => create(tx, { ...account, email: normalizeEmail(given) }));
  return useLink(ctx, given, 'register', async (tx, { email }) => {
    if (email === null) throw linkIsOver();
    return create(tx, { ...account, email, emailConfirmedAt: ctx.clock.now() });
  });
}
