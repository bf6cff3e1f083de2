import { sql } from 'kysely';
import type { RedisContext } from '../../context.ts';
import { inScope } from '../../db/scope.ts';
import { audit } from '../audit/audit.ts';
import { deleteOrganization } from '../organizations/delete-organization.ts';
import { deleteProject, type Steps } from '../projects/delete-project.ts';
import { withSessionLock } from '../rollups/session-lock.ts';
import { noteActivity } from '../usage/activity.ts';
import { forgetPerson } from './forget-person.ts';
import { projectsOf } from './request-privacy.ts';

/** A step of the progress that is not worth a write. */
const LEAST_PROGRESS = 0.01;

interface Deletion {
  id: number;
  organizationId: number;
  kind: 'organization' | 'project' | 'person';
  projectId: number | null;
  mode: 'erase' | 'delete' | null;
  subjectKind: 'user' | 'customer' | null;
  subject: string | null;
}

/**
 * Does every deletion that was asked for and is not done, the oldest first; one that another worker is at is left to it. Safe
 * to be killed anywhere: what is not done is found again, and begins where it stopped. One that fails is tried again at the
 * next run, and does not keep the others from being done.
 */
export async function runDeletions(ctx: RedisContext, options: { signal: AbortSignal }): Promise<{ done: number }> {
  const waiting = await ctx.db
    .selectFrom('deletions')
    .select('id')
    .where('state', '!=', 'done')
    .orderBy('id')
    .execute();
  let done = 0;
  for (const { id } of waiting) {
    options.signal.throwIfAborted();
    const lock = { of: 'runDeletion', id, wait: false } as const;
    if (await withSessionLock(ctx.db, lock, () => runDeletion(ctx, id, options.signal))) done += 1;
  }
  return { done };
}

async function runDeletion(ctx: RedisContext, id: number, signal: AbortSignal): Promise<boolean> {
  const deletion: Deletion | undefined = await ctx.db
    .selectFrom('deletions')
    .select([
      'id',
      'organization_id as organizationId',
      'kind',
      'project_id as projectId',
      'mode',
      'subject_kind as subjectKind',
      'subject',
    ])
    .where('id', '=', id)
    .where('state', '!=', 'done')
    .executeTakeFirst();
  if (!deletion) return false;
  await ctx.db.updateTable('deletions').set({ state: 'running' }).where('id', '=', id).execute();
  let told = 0;
  const steps: Steps = {
    signal,
    async progress(progress) {
      if (progress - told < LEAST_PROGRESS) return;
      told = progress;
      await ctx.db.updateTable('deletions').set({ progress }).where('id', '=', id).execute();
    },
  };
  try {
    await doDeletion(ctx, deletion, steps);
    return true;
  } catch (error) {
    if (!signal.aborted) {
      ctx.log.error({ err: error, deletionId: id, kind: deletion.kind }, 'a deletion failed and is tried again');
      await ctx.db.updateTable('deletions').set({ state: 'failed' }).where('id', '=', id).execute();
    }
    return false;
  }
}

async function doDeletion(ctx: RedisContext, deletion: Deletion, steps: Steps): Promise<void> {
  const { organizationId, projectId } = deletion;
  if (deletion.kind === 'organization') return deleteOrganization(ctx, organizationId, steps);
  if (deletion.kind === 'project') {
    if (projectId !== null) {
      const { records } = await deleteProject(ctx, { organizationId, projectId }, steps);
      await finish(ctx, deletion, records);
    }
    return;
  }
  const { mode, subjectKind, subject } = deletion;
  if (mode === null || subjectKind === null || subject === null) throw new Error('a deletion of nobody');
  const person = { kind: subjectKind, value: subject };
  const projectIds = await presentProjects(ctx, organizationId, projectId);
  const { records } = await forgetPerson(ctx, { organizationId, projectIds, person, mode }, steps);
  await finish(ctx, deletion, records);
}

/** One that was deleted meanwhile took its records with it. */
async function presentProjects(ctx: RedisContext, organizationId: number, only: number | null): Promise<number[]> {
  const all = await projectsOf(ctx.db, organizationId);
  return only === null ? all : all.filter((id) => id === only);
}

/** Done, with what it was about forgotten. Records counted before an interruption are not counted again. */
async function finish(ctx: RedisContext, deletion: Deletion, records: number): Promise<void> {
  const { id, organizationId, kind } = deletion;
  await inScope(ctx, {}, async (tx) => {
    await tx
      .updateTable('deletions')
      .set({
        state: 'done',
        progress: 1,
        records: sql<bigint>`records + ${records}`,
        subject: null,
        finished_at: ctx.clock.now(),
      })
      .where('id', '=', id)
      .execute();
    await audit(tx, organizationId, {
      action: kind === 'project' ? 'project.deleted' : 'privacy.done',
      targetId: kind === 'project' ? (deletion.projectId ?? undefined) : id,
      after: { records },
    });
  });
  await noteActivity(ctx.redis, ctx.log, [organizationId]);
}
