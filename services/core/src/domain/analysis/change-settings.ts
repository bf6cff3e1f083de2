import { sql } from 'kysely';
import type { AnalysisSettings } from '../../contract/analysis.ts';
import type { Tx } from '../../db/scope.ts';
import { invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';

/**
 * Allows analyses for an organization, or forbids them. What waits or runs then ends before it sends anything more.
 * @throws AppError `invalid_request` for a project that is not the organization's, or takes no records
 */
export async function changeAnalysisSettings(
  tx: Tx,
  actor: { organizationId: number; userId: number; now: Date },
  { enabled, projectId }: AnalysisSettings,
): Promise<void> {
  const { organizationId, userId, now } = actor;
  const { rows: projects } = await sql<{ usable: boolean }>`
    select archived_at is null and not demo as usable from projects
    where id = ${projectId} and organization_id = ${organizationId}`.execute(tx);
  if (!projects[0]?.usable) {
    throw invalidField(
      'projectId',
      'must be a project of the organization that takes records, and not the demo project',
    );
  }
  const { rows: before } = await sql<{ enabled: boolean; projectId: number | null }>`
    select enabled, project_id as "projectId" from analysis_settings where organization_id = ${organizationId}
    for update`.execute(tx);
  await sql`
    insert into analysis_settings (organization_id, enabled, project_id, changed_by, changed_at)
    values (${organizationId}, ${enabled}, ${projectId}, ${userId}, ${now})
    on conflict (organization_id) do update set enabled = excluded.enabled, project_id = excluded.project_id,
      changed_by = excluded.changed_by, changed_at = excluded.changed_at`.execute(tx);
  await audit(tx, organizationId, {
    action: 'analysis.settings_changed',
    before: before[0] ?? { enabled: false, projectId: null },
    after: { enabled, projectId },
  });
  // What was shown and not begun is not kept for somebody who may not begin it.
  if (!enabled)
    await sql`delete from analyses where organization_id = ${organizationId} and state = 'draft'`.execute(tx);
}
