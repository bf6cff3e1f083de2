import type { Recosting } from '../../contract/recosting.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { readRecosting } from './list-recostings.ts';
import { requireRecosting } from './recosting-row.ts';
import { isUnderWay } from './states.ts';

/**
 * Ends the step that waits or runs. The worker's batch at hand is committed before or counts for nothing; what was
 * applied by then stays, and can be applied further or undone.
 * @throws AppError `not_found`; `conflict` when no step is under way
 */
export async function cancelRecosting(tx: Db, organizationId: number, id: number): Promise<Recosting> {
  const row = await requireRecosting(tx, organizationId, id, { lock: true });
  if (!isUnderWay(row.state, row.step))
    throw new AppError('conflict', `There is nothing to cancel: it is ${row.state}`);
  await tx.updateTable('recostings').set({ state: 'cancelled' }).where('id', '=', id).execute();
  await audit(tx, organizationId, { action: 'recosting.cancelled', targetId: id });
  return readRecosting(tx, organizationId, id);
}
