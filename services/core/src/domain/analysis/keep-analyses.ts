import { sql } from 'kysely';
import { LEFT_AFTER_MS } from './analysis-run.ts';
import { type AnalysisContext, runAnalysis } from './run-analysis.ts';

/** Deletes previews and analyses that have expired, and takes up those that were left by their worker or their queue. */
export async function keepAnalyses(ctx: AnalysisContext, { signal }: { signal: AbortSignal }): Promise<void> {
  const now = ctx.clock.now();
  await sql`
    delete from analyses where expires_at <= ${now} and state not in ('queued', 'running')`.execute(ctx.db);
  const { rows: left } = await sql<{ organizationId: number; analysisId: number }>`
    select organization_id as "organizationId", id as "analysisId" from analyses
    where state in ('queued', 'running')
      and (touched_at is null or touched_at < ${new Date(now.getTime() - LEFT_AFTER_MS)})
    order by id`.execute(ctx.db);
  for (const one of left) {
    signal.throwIfAborted();
    await runAnalysis(ctx, one, { signal }).catch((error: unknown) => {
      if (signal.aborted) throw error;
      ctx.log.warn({ ...one }, 'an analysis that was left cannot be gone on with yet');
    });
  }
}
