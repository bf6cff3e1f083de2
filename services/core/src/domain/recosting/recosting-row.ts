import type { Selectable } from 'kysely';
import { MAX_RECOSTING_LINES, type Recosting, type RecostingLine } from '../../contract/recosting.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import type { Database } from '../../db/tables.ts';
import { AppError } from '../../errors.ts';
import { actionsIn, isUnderWay } from './states.ts';

const COLUMNS = [
  'id',
  'organization_id',
  'state',
  'step',
  'failure',
  'errors',
  'queued_times',
  'period_from',
  'period_to',
  'project_ids',
  'providers',
  'models',
  'only_unpriced',
  'time_zone',
  'revision',
  'cursor_project_id',
  'cursor_ts',
  'cursor_event_id',
  'done_records',
  'expected_records',
  'calls',
  'changed_calls',
  'before_pico_usd',
  'after_pico_usd',
  'uncosted_before',
  'uncosted_after',
  'changed_duplicates',
  'kept_calls',
  'changed_records',
  'difference_pico_usd',
  'restored_records',
  'not_restored_records',
  'created_by',
  'created_at',
  'previewed_at',
  'applied_at',
  'undone_at',
  'previewed_order',
  'changed_order',
] as const;

type Table = Selectable<Database['recostings']>;
export type RecostingRow = Pick<Table, (typeof COLUMNS)[number]>;

export const recostingColumns = COLUMNS.map((column) => `recostings.${column}` as const);

/** @throws AppError `not_found` */
export async function requireRecosting(
  db: Db,
  organizationId: number,
  id: number,
  options: { lock?: boolean } = {},
): Promise<RecostingRow> {
  const row = await db
    .selectFrom('recostings')
    .select(recostingColumns)
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .$if(options.lock === true, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no re-costing ${id}`);
  return row;
}

/** A row with the name of who made it, as people see it. */
export function toRecosting(row: RecostingRow & { creator: string | null }): Recosting {
  return {
    id: row.id,
    state: row.state,
    step: row.step,
    progress: progressOf(row),
    filter: {
      from: row.period_from.toISOString(),
      to: row.period_to.toISOString(),
      projectIds: row.project_ids,
      providers: row.providers,
      models: row.models,
      onlyUnpriced: row.only_unpriced,
    },
    preview: {
      ...toDifference(row),
      changedDuplicates: Number(row.changed_duplicates),
      keptCalls: Number(row.kept_calls),
    },
    effect: {
      changedRecords: Number(row.changed_records),
      difference: formatPicoUsd(row.difference_pico_usd),
      restoredRecords: Number(row.restored_records),
      notRestoredRecords: Number(row.not_restored_records),
    },
    actions: actionsIn(row),
    failure: row.failure,
    createdBy: row.created_by === null ? null : { id: row.created_by, name: row.creator ?? '' },
    createdAt: row.created_at.toISOString(),
    previewedAt: row.previewed_at?.toISOString() ?? null,
    appliedAt: row.applied_at?.toISOString() ?? null,
    undoneAt: row.undone_at?.toISOString() ?? null,
  };
}

/** Records that come while it runs make it longer than expected; it is at its end only when it is done. */
function progressOf(row: RecostingRow): number {
  const done = Number(row.done_records) / Math.max(1, Number(row.expected_records));
  if (isUnderWay(row.state, row.step)) return Math.min(0.99, done);
  return row.state === 'cancelled' || row.state === 'failed' ? Math.min(1, done) : 1;
}

type Difference = Pick<
  RecostingRow,
  'calls' | 'changed_calls' | 'before_pico_usd' | 'after_pico_usd' | 'uncosted_before' | 'uncosted_after'
>;

const toDifference = (row: Difference) => ({
  calls: Number(row.calls),
  changedCalls: Number(row.changed_calls),
  costBefore: formatPicoUsd(row.before_pico_usd),
  costAfter: formatPicoUsd(row.after_pico_usd),
  uncostedBefore: Number(row.uncosted_before),
  uncostedAfter: Number(row.uncosted_after),
});

/** The lines of a preview, as `RecostingDetail` has them. */
export async function readLines(db: Db, id: number): Promise<{ lines: RecostingLine[]; linesLeftOff: number }> {
  const rows = await db
    .selectFrom('recosting_lines')
    .select(['month', 'provider', 'model', 'calls', 'changed_calls', 'before_pico_usd', 'after_pico_usd'])
    .select(['uncosted_before', 'uncosted_after'])
    .select(({ fn }) => fn.countAll<bigint>().over().as('all'))
    .where('recosting_id', '=', id)
    .orderBy(({ fn, eb }) => fn<number>('abs', [eb('after_pico_usd', '-', eb.ref('before_pico_usd'))]), 'desc')
    .orderBy('changed_calls', 'desc')
    .orderBy('month')
    .orderBy('provider')
    .orderBy('model')
    .limit(MAX_RECOSTING_LINES)
    .execute();
  const lines = rows.map((row) => ({
    month: row.month,
    provider: row.provider,
    model: row.model,
    ...toDifference(row),
  }));
  return { lines, linesLeftOff: Number(rows[0]?.all ?? 0n) - lines.length };
}
