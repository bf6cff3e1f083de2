import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { ANALYSIS_OBSTACLES, type Analysis, type NewAnalysis } from '../../contract/analysis.ts';
import { inScope } from '../../db/scope.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError } from '../../errors.ts';
import { runAnalysisJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { audit } from '../audit/audit.ts';
import { readAnalysisStatus } from './analysis-status.ts';
import { findAnalysis } from './list-analyses.ts';

/** How long an analysis is kept, from when it was begun. */
const LIFE_MS = 180 * DAY;

/**
 * Begins the analysis that a preview has shown. One of an organization's runs at a time, and so many a day: whoever begins
 * one holds the organization's settings, so that two cannot both be the last.
 * @throws AppError `conflict` where none can be made now, saying why, or the document is another than what was shown;
 * `not_found` for a preview that is gone; `unavailable` without Redis
 */
export async function startAnalysis(
  ctx: Context & { jobs: Pick<JobSender, 'send'> },
  actor: { organizationId: number; userId: number; timeZone: string },
  { previewId, documentHash }: NewAnalysis,
): Promise<Analysis> {
  const { organizationId, timeZone } = actor;
  const now = ctx.clock.now();
  await inScope(ctx, actor, async (tx) => {
    await sql`select from analysis_settings where organization_id = ${organizationId} for update`.execute(tx);
    const { obstacle } = await readAnalysisStatus(tx, { id: organizationId, timeZone }, now);
    if (obstacle) throw new AppError('conflict', ANALYSIS_OBSTACLES[obstacle.code]);
    const { rows } = await sql<{ document_hash: string; expires_at: Date }>`
      select document_hash, expires_at from analyses
      where id = ${previewId} and organization_id = ${organizationId} and state = 'draft' for update`.execute(tx);
    const draft = rows[0];
    if (!draft || draft.expires_at <= now) {
      throw new AppError('not_found', 'This preview is gone: it is kept for an hour. Make another');
    }
    if (draft.document_hash !== documentHash) {
      throw new AppError('conflict', 'The document is another than the one that was shown; look at a new preview');
    }
    await sql`
      update analyses set state = 'queued', started_at = ${now}, touched_at = ${now}, created_by = ${actor.userId},
        expires_at = ${new Date(now.getTime() + LIFE_MS)}
      where id = ${previewId}`.execute(tx);
    await sql`
      update analysis_settings set used_day = d.today, used = case when used_day = d.today then used + 1 else 1 end
      from (select (${now}::timestamptz at time zone ${timeZone})::date as today) as d
      where organization_id = ${organizationId}`.execute(tx);
    await audit(tx, organizationId, { action: 'analysis.started', targetId: previewId });
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error, 'analyses_one_running_idx')) throw error;
    throw new AppError('conflict', ANALYSIS_OBSTACLES.running);
  });
  try {
    await ctx.jobs.send(runAnalysisJob, { organizationId, analysisId: previewId }, `analysis-${previewId}`);
  } catch (error) {
    await inScope(ctx, actor, async (tx) => {
      // Nothing was begun: the preview is one again, and the day has one more.
      const { rows } = await sql`
        update analyses set state = 'draft', started_at = null, touched_at = null
        where id = ${previewId} and state = 'queued' returning id`.execute(tx);
      if (rows.length === 0) return;
      await sql`
        update analysis_settings set used = greatest(used - 1, 0) where organization_id = ${organizationId}`.execute(
        tx,
      );
    });
    throw error;
  }
  return inScope(ctx, actor, (tx) => findAnalysis(tx, organizationId, previewId));
}
