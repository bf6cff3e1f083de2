import type { Organization } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { maxRetentionDays, type PlanLimits } from './terms.ts';

/** The organization and its terms. */
export async function readOrganization(tx: Db, organizationId: number, limits: PlanLimits): Promise<Organization> {
  const row = await tx
    .selectFrom('organizations')
    .select(['id', 'name', 'time_zone', 'created_at', 'plan', 'retention_days'])
    .where('id', '=', organizationId)
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no organization ${organizationId}`);
  return {
    id: row.id,
    name: row.name,
    timeZone: row.time_zone,
    createdAt: row.created_at.toISOString(),
    plan: row.plan,
    retentionDays: row.retention_days,
    maxRetentionDays: {
      free: maxRetentionDays('free', limits),
      pro: maxRetentionDays('pro', limits),
      enterprise: maxRetentionDays('enterprise', limits),
    },
  };
}

export async function renameOrganization(tx: Tx, organizationId: number, to: string): Promise<void> {
  const before = await lockOrganization(tx, organizationId);
  const name = to.trim();
  if (name === before.name) return;
  await tx.updateTable('organizations').set({ name }).where('id', '=', organizationId).execute();
  await audit(tx, organizationId, { action: 'organization.changed', before: { name: before.name }, after: { name } });
}

/**
 * Whoever changes who owns the organization, or what it keeps, waits for whoever else does.
 * @throws AppError `not_found`
 */
export async function lockOrganization(tx: Tx, organizationId: number) {
  const row = await tx
    .selectFrom('organizations')
    .select(['name', 'plan', 'time_zone as timeZone', 'retention_days as retentionDays'])
    .where('id', '=', organizationId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no organization ${organizationId}`);
  return row;
}
