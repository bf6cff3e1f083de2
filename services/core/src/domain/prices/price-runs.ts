import type { Insertable } from 'kysely';
import type { PriceRun, PriceRunCode, PriceRunPage, PriceRunQuery } from '../../contract/prices.ts';
import type { Db } from '../../db/connection.ts';
import type { PriceSyncTable } from '../../db/tables.ts';
import { AppError, invalidField } from '../../errors.ts';

export type PriceRunValues = Insertable<PriceSyncTable>;

/** Notes that somebody, or the schedule, tried to change the list. */
export async function noteRun(tx: Db, run: PriceRunValues): Promise<PriceRun> {
  const { id } = await tx.insertInto('price_syncs').values(run).returning('id').executeTakeFirstOrThrow();
  return findRun(tx, id);
}

const selectRuns = (tx: Db) =>
  tx
    .selectFrom('price_syncs as run')
    // People of other organizations are hidden from the api, and stay so here.
    .leftJoin('users', 'users.id', 'run.started_by')
    .select([
      'run.id',
      'run.kind',
      'run.status',
      'run.code',
      'run.message',
      'run.source',
      'run.edition',
      'run.etag',
      'run.effective_from',
      'run.started_at',
      'run.finished_at',
      'users.id as user_id',
      'users.name as user_name',
      'run.models',
      'run.added',
      'run.changed',
      'run.removed',
      'run.flagged',
      'run.refused',
    ]);

/** @throws AppError `not_found` */
export async function findRun(tx: Db, id: number): Promise<PriceRun> {
  const row = await selectRuns(tx).where('run.id', '=', id).executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no run ${id}`);
  return toPriceRun(row);
}

/** The runs, the newest first. */
export async function listRuns(tx: Db, query: PriceRunQuery): Promise<PriceRunPage> {
  const limit = query.limit ?? 20;
  if (query.cursor !== undefined && !/^\d{1,9}$/.test(query.cursor)) {
    throw invalidField('cursor', 'must be the `nextCursor` of a page');
  }
  const rows = await selectRuns(tx)
    .$if(query.cursor !== undefined, (q) => q.where('run.id', '<', Number(query.cursor)))
    .$if(query.status !== undefined && query.status.length > 0, (q) =>
      q.where('run.status', 'in', query.status as PriceRun['status'][]),
    )
    .orderBy('run.id', 'desc')
    .limit(limit + 1)
    .execute();
  const runs = rows.slice(0, limit).map(toPriceRun);
  return { runs, nextCursor: rows.length > limit ? String(runs.at(-1)?.id) : null };
}

/** The last sync, and the last one that found the source's prices good. */
export async function findLastSyncs(tx: Db): Promise<{ last: PriceRun | null; lastGood: PriceRun | null }> {
  const newest = () => selectRuns(tx).where('run.kind', '=', 'sync').orderBy('run.id', 'desc').limit(1);
  const last = await newest().executeTakeFirst();
  const good = await newest().where('run.status', 'in', ['applied', 'unchanged']).executeTakeFirst();
  return { last: last ? toPriceRun(last) : null, lastGood: good ? toPriceRun(good) : null };
}

type RunRow = Awaited<ReturnType<ReturnType<typeof selectRuns>['executeTakeFirstOrThrow']>>;

function toPriceRun(row: RunRow): PriceRun {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    code: row.code as PriceRunCode | null,
    message: row.message,
    source: row.source,
    edition: row.edition,
    etag: row.etag,
    effectiveFrom: toInstant(row.effective_from),
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at.toISOString(),
    startedBy: row.user_id === null ? null : { id: row.user_id, name: row.user_name ?? '' },
    models: row.models,
    added: row.added,
    changed: row.changed,
    removed: row.removed,
    flagged: row.flagged,
    refused: row.refused,
  };
}

/** Postgres' infinities come as numbers; both stand for "without a bound". */
export const toInstant = (time: Date | number | null): string | null =>
  time instanceof Date ? time.toISOString() : null;
