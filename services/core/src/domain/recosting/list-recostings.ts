import type { Recosting, RecostingDetail } from '../../contract/recosting.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { readLines, recostingColumns, toRecosting } from './recosting-row.ts';

const MAX_LISTED = 100;

const withCreator = (db: Db, organizationId: number) =>
  db
    .selectFrom('recostings')
    .leftJoin('users', 'users.id', 'recostings.created_by')
    .select(recostingColumns)
    .select('users.name as creator')
    .where('recostings.organization_id', '=', organizationId);

/** An organization's re-costings, the newest first. */
export async function listRecostings(tx: Db, organizationId: number): Promise<Recosting[]> {
  const rows = await withCreator(tx, organizationId).orderBy('recostings.id', 'desc').limit(MAX_LISTED).execute();
  return rows.map(toRecosting);
}

/** @throws AppError `not_found` */
export async function readRecosting(tx: Db, organizationId: number, id: number): Promise<Recosting> {
  const row = await withCreator(tx, organizationId).where('recostings.id', '=', id).executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no re-costing ${id}`);
  return toRecosting(row);
}

/** A re-costing with what its preview found. @throws AppError `not_found` */
export async function readRecostingDetail(tx: Db, organizationId: number, id: number): Promise<RecostingDetail> {
  return { recosting: await readRecosting(tx, organizationId, id), ...(await readLines(tx, id)) };
}
