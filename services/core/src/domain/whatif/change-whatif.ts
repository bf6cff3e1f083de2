import { sql } from 'kysely';
import type { WhatIf } from '../../contract/whatif.ts';
import type { Tx } from '../../db/scope.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { checkName } from './selection.ts';
import { isUnderWay, lockWhatIf, readWhatIf } from './whatif-row.ts';

/** @throws AppError `not_found`, `invalid_request` */
export async function renameWhatIf(tx: Tx, organizationId: number, id: number, name: string): Promise<WhatIf> {
  checkName(name);
  const row = await lockWhatIf(tx, organizationId, id);
  await sql`update whatifs set name = ${name} where id = ${id}`.execute(tx);
  await audit(tx, organizationId, {
    action: 'whatif.renamed',
    targetId: id,
    before: { name: row.name },
    after: { name },
  });
  return readWhatIf(tx, organizationId, id);
}

/**
 * Ends the run that waits or works; the worker stops at its next page. An earlier result stays.
 * @throws AppError `not_found`; `conflict` when none is under way
 */
export async function cancelWhatIf(tx: Tx, organizationId: number, id: number): Promise<WhatIf> {
  const row = await lockWhatIf(tx, organizationId, id);
  if (!isUnderWay(row.state)) throw new AppError('conflict', `There is nothing to cancel: it is ${row.state}`);
  await sql`update whatifs set state = 'cancelled', run_id = null where id = ${id}`.execute(tx);
  return readWhatIf(tx, organizationId, id);
}

/** One that is under way ends at its next page. @throws AppError `not_found` */
export async function deleteWhatIf(tx: Tx, organizationId: number, id: number): Promise<void> {
  const row = await lockWhatIf(tx, organizationId, id);
  await sql`delete from whatifs where id = ${id}`.execute(tx);
  await audit(tx, organizationId, { action: 'whatif.deleted', targetId: id, before: { name: row.name } });
}
