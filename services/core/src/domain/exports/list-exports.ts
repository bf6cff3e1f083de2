import type { Export } from '../../contract/exports.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';

/** More than anybody makes in the seven days that a file is kept. */
const MAX_LISTED = 200;

/** The organization's exports, the newest first. Links to the files are the api's to sign. */
export async function listExports(tx: Db, organizationId: number): Promise<Export[]> {
  const rows = await selectExports(tx, organizationId).orderBy('exports.id', 'desc').limit(MAX_LISTED).execute();
  return rows.map(toExport);
}

/** @throws AppError `not_found` */
export async function findExport(tx: Db, organizationId: number, exportId: number): Promise<Export> {
  const row = await selectExports(tx, organizationId).where('exports.id', '=', exportId).executeTakeFirst();
  if (!row) throw noExport(exportId);
  return toExport(row);
}

/**
 * Deletes an export with its file. One that is under way ends at its next page.
 * @throws AppError `not_found`
 */
export async function deleteExport(tx: Db, organizationId: number, exportId: number): Promise<void> {
  const deleted = await tx
    .deleteFrom('exports')
    .where('organization_id', '=', organizationId)
    .where('id', '=', exportId)
    .returning('id')
    .executeTakeFirst();
  if (!deleted) throw noExport(exportId);
}

const noExport = (exportId: number) => new AppError('not_found', `There is no export ${exportId}`);

const selectExports = (tx: Db, organizationId: number) =>
  tx
    .selectFrom('exports')
    .leftJoin('users', 'users.id', 'exports.created_by')
    .select([
      'exports.id',
      'exports.what',
      'exports.format',
      'exports.filter',
      'exports.state',
      'exports.done_rows',
      'exports.done_records',
      'exports.expected_records',
      'exports.total_pico_usd',
      'exports.size_bytes',
      'exports.file_name',
      'exports.created_at',
      'exports.finished_at',
      'exports.expires_at',
      'users.id as user_id',
      'users.name as user_name',
    ])
    .where('exports.organization_id', '=', organizationId);

type Row = Awaited<ReturnType<ReturnType<typeof selectExports>['executeTakeFirstOrThrow']>>;

const toExport = (row: Row): Export => ({
  id: row.id,
  what: row.what,
  format: row.format,
  filter: row.filter,
  state: row.state,
  progress: progressOf(row),
  rows: Number(row.done_rows),
  cost: formatPicoUsd(row.total_pico_usd),
  sizeBytes: Number(row.size_bytes),
  fileName: row.file_name,
  createdAt: row.created_at.toISOString(),
  createdBy: row.user_id === null ? null : { id: row.user_id, name: row.user_name ?? '' },
  finishedAt: row.finished_at?.toISOString() ?? null,
  expiresAt: row.expires_at.toISOString(),
  download: null,
});

function progressOf({ state, done_records: done, expected_records: expected }: Row): number {
  if (state === 'done') return 1;
  return expected === 0n ? 0 : Math.min(0.99, Number(done) / Number(expected));
}
