import { sql } from 'kysely';
import type { Member } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';

/** The people of the organization, or one of them. Whether somebody has a second factor is theirs to see, and an admin's. */
export async function listMembers(tx: Db, organizationId: number, only?: number): Promise<Member[]> {
  const rows = await tx
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user_id')
    .select((eb) => [
      'users.id',
      'users.name',
      'users.email',
      'memberships.role',
      'memberships.created_at',
      sql<boolean>`has_second_factor(${eb.ref('users.id')})`.as('two_factor'),
    ])
    .where('memberships.organization_id', '=', organizationId)
    .$if(only !== undefined, (query) => query.where('users.id', '=', only ?? 0))
    .orderBy('memberships.created_at')
    .orderBy('users.id')
    .execute();
  return rows.map((row) => ({
    userId: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    joinedAt: row.created_at.toISOString(),
    twoFactor: row.two_factor,
  }));
}
