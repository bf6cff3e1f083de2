import { DAY } from '../../clock.ts';
import type { Invitation } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';

export const INVITATION_LIFE_MS = 7 * DAY;

/** Where the page takes the link's secret: behind `#`, which browsers send to no server and no log sees. */
export const invitationPath = (token: string): string => `/invitation#token=${token}`;

/** Invitations that nobody has accepted yet, the newest first, expired ones included. */
export async function listInvitations(tx: Db, organizationId: number, only?: number): Promise<Invitation[]> {
  const rows = await tx
    .selectFrom('invitations')
    .leftJoin('users', 'users.id', 'invitations.invited_by')
    .select([
      'invitations.id',
      'invitations.email',
      'invitations.role',
      'users.name as invited_by',
      'invitations.created_at',
      'invitations.expires_at',
    ])
    .where('organization_id', '=', organizationId)
    .$if(only !== undefined, (query) => query.where('invitations.id', '=', only ?? 0))
    .orderBy('invitations.id', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    role: row.role,
    invitedBy: row.invited_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }));
}

/** @throws AppError `not_found` */
export async function findInvitation(tx: Db, organizationId: number, invitationId: number): Promise<Invitation> {
  const [found] = await listInvitations(tx, organizationId, invitationId);
  if (!found) throw new AppError('not_found', `There is no invitation ${invitationId}`);
  return found;
}
