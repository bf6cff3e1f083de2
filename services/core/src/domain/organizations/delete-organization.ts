import { sql } from 'kysely';
import type { RedisContext } from '../../context.ts';
import type { Deletion } from '../../contract/teams.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { queueDeletion } from '../privacy/deletions.ts';
import { deleteProject, type Steps } from '../projects/delete-project.ts';
import { forgetRevision } from '../usage/activity.ts';
import { lockOrganization } from './organization.ts';

/**
 * Closes the organization for good and queues the deletion of everything in it: from the commit on nobody sees it, its keys,
 * tokens and invitations are gone, and no record comes in.
 * @throws AppError `invalid_request` when `name` is not the organization's
 */
export async function beginOrganizationDeletion(
  tx: Tx,
  actor: { organizationId: number; userId: number },
  input: { name: string; now: Date },
): Promise<Deletion> {
  const { organizationId } = actor;
  const { name } = await lockOrganization(tx, organizationId);
  if (name !== input.name.trim()) throw invalidField('name', 'is not the name of this organization');
  await audit(tx, organizationId, { action: 'organization.deletion_started' });
  const deletion = await queueDeletion(tx, actor, { kind: 'organization', now: input.now });
  const { rows } = await sql<{ begun: boolean }>`
    select begin_organization_deletion(${input.now}) as begun`.execute(tx);
  if (rows[0]?.begun !== true) throw new AppError('not_found', 'The organization is being deleted already');
  return deletion;
}

/**
 * Deletes an organization with everything in it, for the worker: its projects with their usage, then itself, and the accounts
 * of people who belong to no other. Begins where an interrupted run stopped. What stays is one line that says that there was
 * one, of which nothing leads to anybody.
 */
export async function deleteOrganization(ctx: RedisContext, organizationId: number, steps: Steps): Promise<void> {
  const projects = await ctx.db
    .selectFrom('projects')
    .select('id')
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .execute();
  for (const [index, { id: projectId }] of projects.entries()) {
    await deleteProject(
      ctx,
      { organizationId, projectId },
      { signal: steps.signal, progress: (done) => steps.progress((index + done) / (projects.length + 1)) },
    );
  }
  await inScope(ctx, {}, async (tx) => {
    const people = await tx
      .selectFrom('memberships')
      .select('user_id')
      .where('organization_id', '=', organizationId)
      .orderBy('user_id')
      .execute();
    await tx.deleteFrom('audit_log').where('organization_id', '=', organizationId).execute();
    // With it go memberships, calendars, prices, re-costings, exports, budgets and the note of this deletion.
    await tx.deleteFrom('organizations').where('id', '=', organizationId).execute();
    for (const { user_id: userId } of people) await sql`select delete_account(${userId})`.execute(tx);
    await audit(tx, organizationId, { action: 'organization.deleted' });
  });
  await forgetRevision(ctx.redis, organizationId).catch((error: unknown) =>
    ctx.log.debug({ err: error }, 'a hint in Redis stays until it expires'),
  );
  ctx.log.info({ organizationId }, 'organization deleted');
}
