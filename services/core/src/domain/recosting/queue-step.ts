import type { Context } from '../../context.ts';
import type { RecostingStep } from '../../contract/recosting.ts';
import { inScope, type Tx } from '../../db/scope.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError } from '../../errors.ts';
import { recostJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import { audit } from '../audit/audit.ts';
import { STEP_STATES } from './states.ts';

export type JobContext = Context & { jobs: Pick<JobSender, 'send'> };

/** Who asks, and for which organization. `null`: the command line. */
export interface Actor {
  organizationId: number;
  userId: number | null;
  address?: string;
}

/** What a step is queued as: which re-costing, and for how many times one of its steps is. */
export interface QueuedStep {
  id: number;
  queuedTimes: number;
}

const AUDITED_AS = { preview: 'recosting.started', apply: 'recosting.applied', undo: 'recosting.undone' } as const;

/**
 * Runs a transaction that queues a step, and then hands it over to the worker. When that is not possible the step has
 * failed, since nobody would take it up; it can be asked for again.
 * @throws AppError `conflict` while another re-costing of the organization is under way, `unavailable` without Redis
 */
export async function queueStep(
  ctx: JobContext,
  actor: Actor,
  step: RecostingStep,
  write: (tx: Tx) => Promise<QueuedStep>,
): Promise<number> {
  const { organizationId, userId, address } = actor;
  const scope = { organizationId, ...(userId === null ? {} : { userId }), ...(address ? { address } : {}) };
  const { id, queuedTimes } = await inScope(ctx, scope, async (tx) => {
    const queued = await write(tx);
    await audit(tx, organizationId, { action: AUDITED_AS[step], targetId: queued.id });
    return queued;
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error, 'recostings_one_running_idx')) throw error;
    throw new AppError('conflict', 'Another re-costing is under way; wait for it, or cancel it');
  });
  try {
    await ctx.jobs.send(recostJob, { organizationId, recostingId: id }, `recost-${id}-${queuedTimes}`);
  } catch (error) {
    await inScope(ctx, scope, (tx) =>
      tx
        .updateTable('recostings')
        .set({ state: 'failed', failure: 'internal' })
        .where('id', '=', id)
        .where('state', '=', STEP_STATES[step].queued)
        .execute(),
    );
    throw error;
  }
  return id;
}
