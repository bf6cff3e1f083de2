import { sql } from 'kysely';
import type {
  FlaggedQuery,
  PriceChange,
  PriceChangePage,
  PriceChangeQuery,
  PriceEntry,
} from '../../contract/prices.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import { diffRates } from '../../cost/diff-prices.ts';
import type { Db } from '../../db/connection.ts';
import { AppError, invalidField } from '../../errors.ts';
import type { ListChange } from './compare-list.ts';
import { findRun, toInstant } from './price-runs.ts';

type ChangeFilter = Omit<PriceChangeQuery, 'flagged'> & {
  runId?: number;
  flagged?: boolean | undefined;
  unacknowledged?: boolean;
};

interface ChangeRow {
  sync_id: number;
  model_key: string;
  kind: PriceChange['kind'];
  flagged_rates: string[];
  acknowledged_at: Date | null;
  corrected_by: number | null;
  refusal_reason: string | null;
  refusal_field: string | null;
  before: CompactPriceEntry | null;
  after: CompactPriceEntry | null;
  effective_from: Date | number | null;
  correctable: boolean;
}

/**
 * What a run changed, by model.
 * @throws AppError `not_found` when there is no such run
 */
export async function listRunChanges(tx: Db, runId: number, query: PriceChangeQuery): Promise<PriceChangePage> {
  await findRun(tx, runId);
  return listChanges(tx, { ...query, runId });
}

/** Changes of all runs that a person should look at, the newest first. */
export const listFlaggedChanges = (tx: Db, { all, limit, cursor }: FlaggedQuery): Promise<PriceChangePage> =>
  listChanges(tx, {
    flagged: true,
    unacknowledged: all !== true,
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
  });

async function listChanges(tx: Db, filter: ChangeFilter): Promise<PriceChangePage> {
  const limit = filter.limit ?? 50;
  const after = filter.cursor === undefined ? undefined : readCursor(filter.cursor);
  const conditions = [
    sql`true`,
    ...(filter.runId === undefined ? [] : [sql`change.sync_id = ${filter.runId}`]),
    ...(filter.kind && filter.kind.length > 0 ? [sql`change.kind = any(${filter.kind}::text[])`] : []),
    ...(filter.flagged === undefined ? [] : [sql`(change.flagged_rates <> '{}') = ${filter.flagged}`]),
    ...(filter.unacknowledged ? [sql`change.acknowledged_at is null`] : []),
    ...(filter.search ? [sql`strpos(lower(change.model_key), ${filter.search.toLowerCase()}) > 0`] : []),
    ...(after
      ? [
          sql`(change.sync_id < ${after.runId} or (change.sync_id = ${after.runId} and change.model_key > ${after.modelKey}))`,
        ]
      : []),
  ];
  const { rows } = await sql<ChangeRow>`
    select change.sync_id, change.model_key, change.kind, change.flagged_rates, change.acknowledged_at,
      change.corrected_by, change.refusal_reason, change.refusal_field, previous.entry as before, version.entry as after,
      version.effective_from,
      change.kind = 'changed' and change.corrected_by is null and isfinite(version.effective_from) and exists (
        select from price_versions now
        where now.model_key = change.model_key and now.effective_from = version.effective_from
          and now.superseded_at is null
          and coalesce(now.restates, now.id) = coalesce(version.restates, version.id)) as correctable
    from price_sync_changes change
    left join price_versions previous on previous.id = change.previous_version_id
    left join price_versions version on version.id = change.version_id
    where ${sql.join(conditions, sql` and `)}
    order by change.sync_id desc, change.model_key
    limit ${limit + 1}`.execute(tx);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    changes: page.map(toPriceChange),
    nextCursor: rows.length > limit && last ? `${last.sync_id}:${last.model_key}` : null,
  };
}

function readCursor(cursor: string): { runId: number; modelKey: string } {
  const match = /^(\d{1,9}):(.+)$/s.exec(cursor);
  if (match?.[2] === undefined) throw invalidField('cursor', 'must be the `nextCursor` of a page');
  return { runId: Number(match[1]), modelKey: match[2] };
}

function toPriceChange(row: ChangeRow): PriceChange {
  const after = row.kind === 'removed' ? null : row.after;
  return {
    runId: row.sync_id,
    modelKey: row.model_key,
    kind: row.kind,
    before: toPriceEntry(row.before),
    after: toPriceEntry(after),
    rates: listRates(row.before, after),
    flagged: row.flagged_rates.length > 0,
    acknowledgedAt: toInstant(row.acknowledged_at),
    effectiveFrom: toInstant(row.effective_from),
    correctable: row.correctable,
    correctedBy: row.corrected_by,
    refusal: row.refusal_reason === null ? null : { reason: row.refusal_reason, field: row.refusal_field ?? '' },
  };
}

/** A change that a list would make. */
export function previewChange(change: ListChange): PriceChange {
  const fromMs = change.plan?.added.fromMs;
  return {
    runId: null,
    modelKey: change.modelKey,
    kind: change.kind,
    before: toPriceEntry(change.before ?? null),
    after: toPriceEntry(change.after ?? null),
    rates: listRates(change.before ?? null, change.after ?? null),
    flagged: change.flaggedRates.length > 0,
    acknowledgedAt: null,
    effectiveFrom: fromMs !== undefined && Number.isFinite(fromMs) ? new Date(fromMs).toISOString() : null,
    correctable: false,
    correctedBy: null,
    refusal: change.refusal ?? null,
  };
}

/** Only where there are two prices to compare. */
const listRates = (before: CompactPriceEntry | null, after: CompactPriceEntry | null): PriceChange['rates'] =>
  before === null || after === null
    ? []
    : diffRates(before, after).map((rate) => ({ ...rate, before: rate.before ?? null, after: rate.after ?? null }));

const toPriceEntry = (entry: CompactPriceEntry | null): PriceEntry | null => entry;

/**
 * Notes that a person has looked at flagged changes of a run; without keys, at all of them.
 * @returns how many had not been looked at before
 * @throws AppError `not_found` when there is no such run
 */
export async function acknowledgeChanges(
  tx: Db,
  input: { runId: number; modelKeys?: readonly string[] | undefined; userId: number; now: Date },
): Promise<number> {
  await findRun(tx, input.runId);
  const { modelKeys } = input;
  const changed = await tx
    .updateTable('price_sync_changes')
    .set({ acknowledged_at: input.now, acknowledged_by: input.userId })
    .where('sync_id', '=', input.runId)
    .where(sql<boolean>`flagged_rates <> '{}'`)
    .where('acknowledged_at', 'is', null)
    .$if(modelKeys !== undefined, (query) => query.where('model_key', 'in', [...(modelKeys ?? [])]))
    .returning('model_key')
    .execute();
  return changed.length;
}

/** How many flagged changes nobody has looked at. */
export async function countUnacknowledged(tx: Db): Promise<number> {
  const { count } = await tx
    .selectFrom('price_sync_changes')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where(sql<boolean>`flagged_rates <> '{}'`)
    .where('acknowledged_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** @throws AppError `not_found` naming the first key that the run did not change */
export async function findChangedVersions(
  tx: Db,
  runId: number,
  modelKeys: readonly string[] | undefined,
): Promise<{ modelKey: string; versionId: number }[]> {
  await findRun(tx, runId);
  const rows = await tx
    .selectFrom('price_sync_changes')
    .select(['model_key as modelKey', 'version_id as versionId'])
    .where('sync_id', '=', runId)
    .where('kind', '=', 'changed')
    .$if(modelKeys !== undefined, (query) => query.where('model_key', 'in', [...(modelKeys ?? [])]))
    .orderBy('model_key')
    .execute();
  const missing = modelKeys?.find((key) => !rows.some(({ modelKey }) => modelKey === key));
  if (missing !== undefined) throw new AppError('not_found', `The run ${runId} did not change ${missing}`);
  return rows.flatMap(({ modelKey, versionId }) => (versionId === null ? [] : [{ modelKey, versionId }]));
}
