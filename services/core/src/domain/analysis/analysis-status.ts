import { sql } from 'kysely';
import { ANALYSIS_OBSTACLES, type AnalysisObstacle, type AnalysisStatus } from '../../contract/analysis.ts';
import type { Db } from '../../db/connection.ts';
import { type AnalysisService, findService } from './service.ts';

interface Row {
  enabled: boolean;
  project_id: number | null;
  project_name: string | null;
  is_archived: boolean;
  user_id: number | null;
  user_name: string | null;
  changed_at: Date;
  used_today: number;
}

export interface OrganizationOfAnalysis {
  id: number;
  timeZone: string;
}

/** Whether an analysis can be made now; and if not, the first thing in the way and what to do about it. */
export async function readAnalysisStatus(
  tx: Db,
  organization: OrganizationOfAnalysis,
  now: Date,
): Promise<AnalysisStatus> {
  const service = await findService(tx);
  const { rows } = await sql<Row>`
    select s.enabled, s.project_id, p.name as project_name, p.archived_at is not null as is_archived, u.id as user_id,
      u.name as user_name, s.changed_at,
      case when s.used_day = (${now}::timestamptz at time zone ${organization.timeZone})::date then s.used else 0 end as used_today
    from analysis_settings s
    left join projects p on p.id = s.project_id
    left join users u on u.id = s.changed_by
    where s.organization_id = ${organization.id}`.execute(tx);
  const settings = rows[0];
  const { rows: running } = await sql<{ id: number }>`
    select id from analyses where organization_id = ${organization.id} and state in ('queued', 'running')`.execute(tx);
  const { rows: capturing } = await sql<{ id: number; name: string }>`
    select id, name from projects where organization_id = ${organization.id} and capture_content order by name`.execute(
    tx,
  );
  const obstacle = findObstacle(service, settings, running.length > 0);
  return {
    ready: obstacle === null,
    obstacle: obstacle && { code: obstacle, text: ANALYSIS_OBSTACLES[obstacle] },
    enabled: settings?.enabled ?? false,
    project: settings?.project_id == null ? null : { id: settings.project_id, name: settings.project_name ?? '' },
    changedBy: settings?.user_id == null ? null : { id: settings.user_id, name: settings.user_name ?? '' },
    changedAt: settings?.changed_at.toISOString() ?? null,
    model: service?.model ?? null,
    host: service?.host ?? null,
    dailyLimit: service?.dailyLimit ?? null,
    usedToday: settings?.used_today ?? 0,
    runningId: running[0]?.id ?? null,
    capturingProjects: capturing,
  };
}

function findObstacle(
  service: AnalysisService | undefined,
  settings: Row | undefined,
  isRunning: boolean,
): AnalysisObstacle | null {
  if (!service) return 'no_worker';
  if (service.state !== 'ready') return service.state;
  if (!settings?.enabled) return 'not_enabled';
  if (settings.project_id === null || settings.is_archived) return 'no_project';
  if (isRunning) return 'running';
  return settings.used_today >= service.dailyLimit ? 'daily_limit' : null;
}
