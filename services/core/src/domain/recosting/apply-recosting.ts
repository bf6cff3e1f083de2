import type { Recosting } from '../../contract/recosting.ts';
import type { Db } from '../../db/connection.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { readRecosting } from './list-recostings.ts';
import { readRevision } from './load-pricing.ts';
import { type Actor, type JobContext, queueStep } from './queue-step.ts';
import { type RecostingRow, requireRecosting } from './recosting-row.ts';
import { actionsIn } from './states.ts';

/**
 * Queues what the preview found to be done, or the rest of it after a cancellation or a failure. It is done with the
 * prices that the preview knew, or not at all.
 * @throws AppError `not_found`; `conflict` when its state does not allow it, when prices or records have changed since
 * the preview, or while another re-costing is under way; `unavailable` without Redis
 */
export async function applyRecosting(ctx: JobContext, member: Actor, id: number): Promise<Recosting> {
  const { organizationId } = member;
  await queueStep(ctx, member, 'apply', async (tx) => {
    const row = await requireRecosting(tx, organizationId, id, { lock: true });
    if (!actionsIn(row).includes('apply')) throw new AppError('conflict', `It cannot be applied: it is ${row.state}`);
    if (row.revision !== (await readRevision(tx, organizationId))) {
      throw new AppError('conflict', 'Prices have changed since the preview; make a new one');
    }
    const other = await findChangeSince(tx, row);
    if (other !== undefined) {
      throw new AppError('conflict', `The re-costing ${other} has changed records since the preview; make a new one`);
    }
    const isBeginning = row.step === 'preview';
    const { queued_times: queuedTimes } = await tx
      .updateTable('recostings')
      .set({ state: 'apply_queued', step: 'apply', failure: null, errors: 0, queued_times: row.queued_times + 1 })
      .$if(isBeginning, (update) =>
        update.set({
          cursor_project_id: null,
          cursor_ts: null,
          cursor_event_id: null,
          expected_records: row.done_records,
          done_records: 0n,
        }),
      )
      .where('id', '=', id)
      .returning('queued_times')
      .executeTakeFirstOrThrow();
    return { id, queuedTimes };
  });
  return inScope(ctx, { organizationId }, (tx) => readRecosting(tx, organizationId, id));
}

/** Another re-costing of the organization that has applied or undone anything since this one's preview began. */
async function findChangeSince(tx: Db, row: RecostingRow): Promise<number | undefined> {
  const found = await tx
    .selectFrom('recostings')
    .select('id')
    .where('organization_id', '=', row.organization_id)
    .where('id', '!=', row.id)
    .where('changed_order', '>', row.previewed_order)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return found?.id;
}
