import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { listPartitionDays } from '../../db/partitions.ts';

export interface Steps {
  /** 0 to 1. */
  progress(done: number): Promise<void>;
  signal: AbortSignal;
}

/** Tables whose rows belong to a project and are not deleted with it. */
const USAGE_TABLES = [
  'usage_15m',
  'usage_touched',
  'usage_daily',
  'usage_daily_values',
  'budget_spend',
  'provider_responses',
  'recosting_changes',
] as const;

/**
 * Deletes a project with everything in it, for the worker: its keys first, so that nothing new comes in, then its usage
 * day by day, so that no statement runs long, then itself. Begins where an interrupted run stopped.
 */
export async function deleteProject(
  ctx: Context,
  input: { organizationId: number; projectId: number },
  steps: Steps,
): Promise<void> {
  const { projectId } = input;
  const project = await ctx.db
    .selectFrom('projects')
    .select('id')
    .where('id', '=', projectId)
    .where('organization_id', '=', input.organizationId)
    .executeTakeFirst();
  if (!project) return;
  await ctx.db.deleteFrom('api_keys').where('project_id', '=', projectId).execute();
  const days = await listPartitionDays(ctx.db);
  for (const [index, day] of days.entries()) {
    steps.signal.throwIfAborted();
    await sql`
      delete from usage_records
      where project_id = ${projectId} and ts >= ${day} and ts < ${day}::timestamptz + interval '1 day'`.execute(ctx.db);
    await steps.progress((0.9 * (index + 1)) / days.length);
  }
  for (const table of USAGE_TABLES) {
    await sql`delete from ${sql.id(table)} where project_id = ${projectId}`.execute(ctx.db);
  }
  await ctx.db.deleteFrom('projects').where('id', '=', projectId).execute();
  ctx.log.info({ projectId }, 'project deleted');
}
