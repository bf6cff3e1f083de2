import { sql } from 'kysely';
import type { Recosting } from '../../contract/recosting.ts';
import type { Db } from '../../db/connection.ts';
import { inScope } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { readRecosting } from './list-recostings.ts';
import { type Actor, type JobContext, queueStep } from './queue-step.ts';
import { type RecostingRow, requireRecosting } from './recosting-row.ts';
import { actionsIn } from './states.ts';

/**
 * Queues the restoring of every cost that the re-costing has changed, or of the rest of them.
 * @throws AppError `not_found`; `conflict` when its state does not allow it, when a later re-costing stands on top of it
 * and must be undone first, or while another is under way; `unavailable` without Redis
 */
export async function undoRecosting(ctx: JobContext, member: Actor, id: number): Promise<Recosting> {
  const { organizationId } = member;
  await queueStep(ctx, member, 'undo', async (tx) => {
    const row = await requireRecosting(tx, organizationId, id, { lock: true });
    if (!actionsIn(row).includes('undo')) throw new AppError('conflict', `It cannot be undone: it is ${row.state}`);
    const later = await findLater(tx, row);
    if (later !== undefined) {
      throw new AppError('conflict', `The re-costing ${later} changed some of the same records later; undo it first`);
    }
    const isBeginning = row.step !== 'undo';
    const { queued_times: queuedTimes } = await tx
      .updateTable('recostings')
      .set({ state: 'undo_queued', step: 'undo', failure: null, errors: 0, queued_times: row.queued_times + 1 })
      .$if(isBeginning, (update) =>
        update.set({
          cursor_project_id: null,
          cursor_ts: null,
          cursor_event_id: null,
          expected_records: row.changed_records,
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

/** The latest re-costing that changed a record after this one did; its changes are kept until they are undone. */
async function findLater(tx: Db, row: RecostingRow): Promise<number | undefined> {
  const { rows } = await sql<{ id: number | null }>`
    select max(recosting_id) as id from recosting_changes
    where project_id = any(${row.project_ids}::integer[]) and previous_recosting_id = ${row.id}`.execute(tx);
  return rows[0]?.id ?? undefined;
}
