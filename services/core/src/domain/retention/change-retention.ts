import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Plan, RetentionPreview } from '../../contract/teams.ts';
import type { Db } from '../../db/connection.ts';
import { startOfUtcDay } from '../../db/partitions.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { lockOrganization } from '../organizations/organization.ts';
import { maxRetentionDays, type PlanLimits, type Terms } from '../organizations/terms.ts';

/** What keeping records for so many days deletes at the next purge. */
export async function previewRetention(
  tx: Db,
  organizationId: number,
  input: { retentionDays: number; now: Date },
): Promise<RetentionPreview> {
  const before = new Date(startOfUtcDay(input.now).getTime() - input.retentionDays * DAY);
  const { rows } = await sql<{ records: bigint; oldest: Date | null }>`
    select count(*) as records, min(ts) as oldest from usage_records
    where project_id = any(array(select id from projects where organization_id = ${organizationId})) and ts < ${before}`.execute(
    tx,
  );
  return {
    retentionDays: input.retentionDays,
    records: Number(rows[0]?.records ?? 0n),
    oldest: rows[0]?.oldest?.toISOString() ?? null,
    before: before.toISOString(),
  };
}

export interface NewTerms {
  plan?: Plan;
  retentionDays?: number;
  /** That records are deleted is known and wanted. */
  confirmed?: boolean | undefined;
  limits: PlanLimits;
  now: Date;
}

/**
 * Changes for how long the organization keeps its records, or its plan, which limits that. With a smaller plan the days are cut
 * to what it keeps.
 * @throws AppError `invalid_request` for more days than the plan keeps; `confirmation_required`, saying what would be deleted,
 * when records would be and that is not confirmed
 */
export async function changeTerms(tx: Tx, organizationId: number, change: NewTerms): Promise<Terms> {
  const before: Terms = await lockOrganization(tx, organizationId).then(({ plan, retentionDays }) => ({
    plan,
    retentionDays,
  }));
  const plan = change.plan ?? before.plan;
  const most = maxRetentionDays(plan, change.limits);
  if (change.retentionDays !== undefined && change.retentionDays > most) {
    throw invalidField('retentionDays', `must be at most ${most} on the plan ${plan}`);
  }
  const after: Terms = { plan, retentionDays: Math.min(change.retentionDays ?? before.retentionDays, most) };
  if (after.plan === before.plan && after.retentionDays === before.retentionDays) return after;
  if (after.retentionDays < before.retentionDays && change.confirmed !== true) {
    const loss = await previewRetention(tx, organizationId, { retentionDays: after.retentionDays, now: change.now });
    if (loss.records > 0) {
      throw new AppError(
        'confirmation_required',
        `Keeping records for ${after.retentionDays} days deletes ${loss.records} of them: confirm it`,
        { fields: [{ field: 'confirmed', message: `must be true to delete ${loss.records} records` }] },
      );
    }
  }
  await tx
    .updateTable('organizations')
    .set({ plan: after.plan, retention_days: after.retentionDays })
    .where('id', '=', organizationId)
    .execute();
  await audit(tx, organizationId, {
    action: after.plan === before.plan ? 'organization.retention_changed' : 'organization.plan_changed',
    before: { ...before },
    after: { ...after },
  });
  return after;
}

/** Cuts what is longer than the operator allows, when the limit has been lowered. */
export async function applyOperatorLimit(tx: Tx, limits: PlanLimits): Promise<void> {
  const most = limits.RETENTION_MAX_DAYS;
  const cut = await tx
    .updateTable('organizations')
    .set({ retention_days: most })
    .where('retention_days', '>', most)
    .returning('id')
    .execute();
  for (const { id } of cut) {
    await audit(tx, id, { action: 'organization.retention_changed', after: { retentionDays: most, by: 'operator' } });
  }
}
