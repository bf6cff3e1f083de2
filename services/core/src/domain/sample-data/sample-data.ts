import type { Context } from '../../context.ts';
import type { SampleDataState } from '../../contract/accounts.ts';
import { inScope, type Scope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { loadSampleDataJob, removeSampleDataJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { audit } from '../audit/audit.ts';
import { createProject } from '../projects/create-project.ts';

/** Whoever asks, and for which organization. */
type Actor = Scope & { organizationId: number };

type JobContext = Context & { jobs: JobSender };

const SAMPLE_PROJECT_NAME = 'Sample data';

/** One job of each kind at a time for an organization: asking twice is asking once. */
const loadJobId = (organizationId: number) => `load-sample-data-${organizationId}`;
const removeJobId = (organizationId: number) => `remove-sample-data-${organizationId}`;

/** How far the demo project is. Its jobs tell the progress, its row tells whether it exists. */
export async function readSampleDataState(ctx: JobContext, organizationId: number): Promise<SampleDataState> {
  const project = await findDemoProject(ctx, organizationId);
  if (!project) return { state: 'absent', projectId: null, progress: 0 };
  for (const [definition, id, state] of [
    [removeSampleDataJob, removeJobId(organizationId), 'removing'],
    [loadSampleDataJob, loadJobId(organizationId), 'loading'],
  ] as const) {
    const job = await ctx.jobs.find(definition, id);
    if (!job) continue;
    if (await job.isFailed()) return { state: 'failed', projectId: project.id, progress: 0 };
    return { state, projectId: project.id, progress: typeof job.progress === 'number' ? job.progress : 0 };
  }
  return { state: 'loaded', projectId: project.id, progress: 1 };
}

/** Makes the demo project and queues what fills it. */
export async function loadSampleData(ctx: JobContext, actor: Actor): Promise<SampleDataState> {
  const { organizationId } = actor;
  const before = await readSampleDataState(ctx, organizationId);
  if (before.state === 'loading' || before.state === 'loaded') return before;
  if (before.state === 'removing')
    throw new AppError('conflict', 'The sample data is being removed; try again afterwards');
  const projectId =
    before.projectId ??
    (await inScope(ctx, actor, (tx) => createProject(tx, organizationId, { name: SAMPLE_PROJECT_NAME, demo: true })))
      .id;
  await forgetFailure(ctx, organizationId);
  await ctx.jobs.send(loadSampleDataJob, { organizationId, projectId }, loadJobId(organizationId));
  return { state: 'loading', projectId, progress: 0 };
}

/** Queues the removal of the demo project with everything in it. */
export async function removeSampleData(ctx: JobContext, actor: Actor): Promise<SampleDataState> {
  const { organizationId } = actor;
  const before = await readSampleDataState(ctx, organizationId);
  if (before.projectId === null || before.state === 'removing') return before;
  if (before.state === 'loading')
    throw new AppError('conflict', 'The sample data is being loaded; try again afterwards');
  const { projectId } = before;
  await forgetFailure(ctx, organizationId);
  await inScope(ctx, actor, (tx) => audit(tx, organizationId, { action: 'sample_data.removed' }));
  await ctx.jobs.send(removeSampleDataJob, { organizationId, projectId }, removeJobId(organizationId));
  return { state: 'removing', projectId, progress: 0 };
}

/** A job that failed keeps its id, and would keep a new one of the same id away. */
async function forgetFailure(ctx: JobContext, organizationId: number): Promise<void> {
  for (const [definition, id] of [
    [loadSampleDataJob, loadJobId(organizationId)],
    [removeSampleDataJob, removeJobId(organizationId)],
  ] as const) {
    const job = await ctx.jobs.find(definition, id);
    if (job && (await job.isFailed())) await job.remove();
  }
}

const findDemoProject = (ctx: Context, organizationId: number) =>
  inScope(ctx, { organizationId }, (tx) =>
    tx
      .selectFrom('projects')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('demo', '=', true)
      .executeTakeFirst(),
  );
