import type { Context } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';

/**
 * Lets a session act for another organization of its person.
 * @throws AppError `not_found` when the person is not a member of it
 */
export async function switchOrganization(
  ctx: Context,
  session: { userId: number; sessionId: string },
  organizationId: number,
): Promise<void> {
  await inScope(ctx, { userId: session.userId }, async (tx) => {
    const membership = await tx
      .selectFrom('memberships')
      .innerJoin('organizations', 'organizations.id', 'memberships.organization_id')
      .select('memberships.organization_id')
      .where('memberships.user_id', '=', session.userId)
      .where('memberships.organization_id', '=', organizationId)
      .executeTakeFirst();
    if (!membership) throw new AppError('not_found', `You are in no organization ${organizationId}`);
    await tx
      .updateTable('sessions')
      .set({ organization_id: organizationId })
      .where('id', '=', session.sessionId)
      .where('user_id', '=', session.userId)
      .execute();
  });
}
