import type { Role } from '../../contract/accounts.ts';
import type { CreatedInvitation, Invitation } from '../../contract/teams.ts';
import { inScope } from '../../db/scope.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError } from '../../errors.ts';
import type { AccountContext } from '../accounts/account-context.ts';
import type { Member } from '../accounts/find-member.ts';
import { postOrLog } from '../accounts/notices.ts';
import { mayMail } from '../accounts/reset-password.ts';
import { hashToken, makeToken } from '../accounts/secret-tokens.ts';
import { normalizeEmail } from '../accounts/users.ts';
import { audit } from '../audit/audit.ts';
import { requireStanding } from '../members/standing.ts';
import { findInvitation, INVITATION_LIFE_MS, invitationPath } from './invitations.ts';

/**
 * Invites somebody by a link, which is mailed where mail is sent, and returned this once.
 * @throws AppError `forbidden` for a role above one's own; `conflict` at `email` for a member or somebody invited already
 */
export async function invite(
  ctx: AccountContext,
  actor: Member,
  input: { email: string; role: Role },
): Promise<CreatedInvitation> {
  requireStanding(actor, input.role);
  const email = normalizeEmail(input.email);
  const { organizationId } = actor;
  const token = makeToken();
  const invitation = await inScope(ctx, actor, async (tx) => {
    const member = await tx
      .selectFrom('memberships')
      .innerJoin('users', 'users.id', 'memberships.user_id')
      .select('users.id')
      .where('memberships.organization_id', '=', organizationId)
      .where('users.email', '=', email)
      .executeTakeFirst();
    if (member) throw taken('is a member already');
    const created = await tx
      .insertInto('invitations')
      .values({
        organization_id: organizationId,
        email,
        role: input.role,
        hash: hashToken(token),
        invited_by: actor.userId,
        ...life(ctx),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
      .catch((error: unknown) => {
        throw isUniqueViolation(error, 'invitations_email_key') ? taken('is invited already') : error;
      });
    await audit(tx, organizationId, {
      action: 'invitation.created',
      targetId: created.id,
      after: { role: input.role },
    });
    return findInvitation(tx, organizationId, created.id);
  });
  return { invitation, path: invitationPath(token), mailed: await mailLink(ctx, actor, invitation, token) };
}

/**
 * A new link, for another seven days. The one before stops working.
 * @throws AppError `not_found`, `forbidden`
 */
export async function resendInvitation(
  ctx: AccountContext,
  actor: Member,
  invitationId: number,
): Promise<CreatedInvitation> {
  const { organizationId } = actor;
  const token = makeToken();
  const invitation = await inScope(ctx, actor, async (tx) => {
    const before = await findInvitation(tx, organizationId, invitationId);
    requireStanding(actor, before.role);
    await tx
      .updateTable('invitations')
      .set({ hash: hashToken(token), ...life(ctx) })
      .where('id', '=', invitationId)
      .where('organization_id', '=', organizationId)
      .execute();
    await audit(tx, organizationId, { action: 'invitation.resent', targetId: invitationId });
    return findInvitation(tx, organizationId, invitationId);
  });
  return { invitation, path: invitationPath(token), mailed: await mailLink(ctx, actor, invitation, token) };
}

/** @throws AppError `not_found` */
export async function revokeInvitation(ctx: AccountContext, actor: Member, invitationId: number): Promise<void> {
  const { organizationId } = actor;
  await inScope(ctx, actor, async (tx) => {
    const { role } = await findInvitation(tx, organizationId, invitationId);
    await tx
      .deleteFrom('invitations')
      .where('id', '=', invitationId)
      .where('organization_id', '=', organizationId)
      .execute();
    await audit(tx, organizationId, { action: 'invitation.revoked', targetId: invitationId, before: { role } });
  });
}

function life({ clock }: AccountContext) {
  const now = clock.now();
  return { created_at: now, expires_at: new Date(now.getTime() + INVITATION_LIFE_MS) };
}

/** @returns whether a mail was queued: not without mail, and not when the address gets too many */
async function mailLink(ctx: AccountContext, actor: Member, invitation: Invitation, token: string): Promise<boolean> {
  const { outbox } = ctx;
  if (!outbox || !(await mayMail(ctx, invitation.email))) return false;
  await postOrLog(ctx, {
    to: invitation.email,
    subject: `${actor.name} invites you to ${actor.organizationName}`,
    paragraphs: [
      `${actor.name} (${actor.email}) invites you to ${actor.organizationName} on Tokengrip, as ${invitation.role}. The link works for seven days.`,
    ],
    action: { label: 'Accept the invitation', url: outbox.link(invitationPath(token)) },
    footer: 'If you do not expect this, do nothing.',
  });
  return true;
}

const taken = (message: string) =>
  new AppError('conflict', `This address ${message}`, { fields: [{ field: 'email', message }] });
