import type { Context } from '../../context.ts';
import type { OrganizationList } from '../../contract/teams.ts';
import { inScope } from '../../db/scope.ts';

/** The organizations of a person, in the order in which they joined. */
export async function listOrganizations(
  ctx: Context,
  person: { userId: number; organizationId: number },
): Promise<OrganizationList['organizations']> {
  const rows = await inScope(ctx, { userId: person.userId }, (tx) =>
    tx
      .selectFrom('memberships')
      .innerJoin('organizations', 'organizations.id', 'memberships.organization_id')
      .select(['organizations.id', 'organizations.name', 'memberships.role', 'organizations.created_at'])
      .where('memberships.user_id', '=', person.userId)
      .orderBy('memberships.created_at')
      .orderBy('organizations.id')
      .execute(),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    current: row.id === person.organizationId,
    createdAt: row.created_at.toISOString(),
  }));
}
