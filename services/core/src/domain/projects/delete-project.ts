import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { listPartitionDays } from '../../db/partitions.ts';
import { inScope } from '../../db/scope.ts';
import { USAGE_TABLES } from './usage-tables.ts';

export interface Steps {
  /** 0 to 1. */
  progress(done: number): Promise<void>;
  signal: AbortSignal;
}

/**
 * Deletes a project with everything in it, for the worker: closes it first, so that nothing new comes in, then deletes its
 * usage day by day, so that no statement runs long, then itself. What jobs that were at it have written meanwhile goes in the
 * end. Begins where an interrupted run stopped.
 * @returns how many records it had
 */
export async function deleteProject(
  ctx: Context,
  input: { organizationId: number; projectId: number },
  steps: Steps,
): Promise<{ records: number }> {
  const { organizationId, projectId } = input;
  const project = await ctx.db
    .selectFrom('projects')
    .select('id')
    .where('id', '=', projectId)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!project) return { records: 0 };
  await inScope(ctx, { organizationId }, (tx) =>
    sql`select begin_project_deletion(${projectId}, ${ctx.clock.now()})`.execute(tx),
  );
  await ctx.db.deleteFrom('api_keys').where('project_id', '=', projectId).execute();
  const days = await listPartitionDays(ctx.db);
  let records = 0;
  for (const [index, day] of days.entries()) {
    steps.signal.throwIfAborted();
    const { numAffectedRows } = await sql`
      delete from usage_records
      where project_id = ${projectId} and ts >= ${day} and ts < ${day}::timestamptz + interval '1 day'`.execute(ctx.db);
    records += Number(numAffectedRows ?? 0n);
    await steps.progress((0.9 * (index + 1)) / days.length);
  }
  await deleteSums(ctx, projectId);
  await deleteWhatIfs(ctx, organizationId, projectId);
  await ctx.db.deleteFrom('projects').where('id', '=', projectId).execute();
  // A re-costing or a derivation that had begun before may have added to its sums until now; neither begins again.
  await deleteSums(ctx, projectId);
  ctx.log.info({ projectId, records }, 'project deleted');
  return { records };
}

/** Their results have the project's features, models and spend. They can be computed again without it. */
const deleteWhatIfs = ({ db }: Context, organizationId: number, projectId: number) =>
  sql`
  delete from whatifs where organization_id = ${organizationId} and ${projectId} = any(project_ids)`.execute(db);

async function deleteSums({ db }: Context, projectId: number): Promise<void> {
  for (const table of USAGE_TABLES) {
    await sql`delete from ${sql.id(table)} where project_id = ${projectId}`.execute(db);
  }
}
