import { sql } from 'kysely';
import { inScope, setScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import type { AccountContext } from './account-context.ts';
import { checkCurrentPassword } from './check-password.ts';

/**
 * Deletes a person's account with everything that says something of them: memberships, sessions, tokens, second factor,
 * links, invitations to their address. What they changed stays in the organizations' audit logs, without who and from where.
 * @throws AppError as `checkCurrentPassword`; `sole_owner` naming the organizations that would be left without an owner
 */
export async function deleteAccount(
  ctx: AccountContext,
  person: { userId: number; sessionId: string },
  currentPassword: string,
): Promise<void> {
  const { userId } = person;
  await checkCurrentPassword(ctx, person, currentPassword);
  await inScope(ctx, { userId }, async (tx) => {
    const organizations = await tx
      .selectFrom('memberships')
      .innerJoin('organizations', 'organizations.id', 'memberships.organization_id')
      .select(['organizations.id', 'organizations.name', 'memberships.role'])
      .where('memberships.user_id', '=', userId)
      .orderBy('organizations.id')
      .execute();
    const orphaned: typeof organizations = [];
    for (const organization of organizations) {
      await setScope(tx, { userId, organizationId: organization.id });
      // The lock of everything that changes who owns it: two owners who go at once are one after the other.
      await tx.selectFrom('organizations').select('id').where('id', '=', organization.id).forUpdate().execute();
      const other = await tx
        .selectFrom('memberships')
        .select('user_id')
        .where('organization_id', '=', organization.id)
        .where('role', '=', 'owner')
        .where('user_id', '!=', userId)
        .executeTakeFirst();
      if (organization.role === 'owner' && !other) orphaned.push(organization);
      await audit(tx, organization.id, { action: 'account.deleted' });
    }
    if (orphaned.length > 0) throw soleOwner(orphaned);
    await setScope(tx, { userId });
    await sql`select delete_account(${userId})`.execute(tx);
  });
}

const soleOwner = (organizations: readonly { id: number; name: string }[]) =>
  new AppError(
    'sole_owner',
    `You are the only owner of ${organizations.map(({ name }) => name).join(', ')}: transfer or delete what you own first`,
    {
      fields: organizations.map(({ id, name }) => ({
        field: `organizations[${id}]`,
        message: `you are the only owner of ${name}`,
      })),
    },
  );
