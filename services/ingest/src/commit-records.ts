import type { Context } from '@tokengrip/core/context';
import type { Db } from '@tokengrip/core/db/connection';
import { failureKind } from '@tokengrip/core/db/failures';
import { pipelined, together } from '@tokengrip/core/db/pipeline';
import type { Tx } from '@tokengrip/core/db/scope';
import { type KnownBudgets, type Spent, StaleBudgetsError } from '@tokengrip/core/domain/budgets/count-spend';
import { findBuried } from '@tokengrip/core/domain/privacy/tombstones';
import { type Closed, findProjectStates } from '@tokengrip/core/domain/projects/closed-projects';
import type { BoundedMemory } from '@tokengrip/core/domain/usage/bounded-memory';
import type { PreparedRecord, RefusedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { type RecalledSeries, recallSeries, resolveSeries } from '@tokengrip/core/domain/usage/resolve-series';
import { type SentRecords, sendRecords, type WriterMemory } from '@tokengrip/core/domain/usage/write-records';

/** What became of records. Each is accepted, a duplicate or refused. */
export interface Commit {
  accepted: number;
  duplicates: number;
  refused: ReadonlyMap<PreparedRecord, RefusedRecord>;
}

/** What a writer remembers of budgets, and what it tells of them. */
export interface BudgetMemory {
  current(): Promise<KnownBudgets>;
  /** There is another revision than this one. */
  expire(revision: bigint): void;
  /** Told of every commit that added to a budget. */
  spent(spent: Spent): void;
}

/** What a writer keeps between commits, and who hears of them. */
export interface CommitOptions {
  onCommit?: (commit: { rows: number; seconds: number }) => void;
  budgets?: BudgetMemory;
  series?: BoundedMemory<number>;
  features?: BoundedMemory<true>;
}

interface Written {
  inserted: Set<PreparedRecord>;
  refused: Map<PreparedRecord, RefusedRecord>;
  /** Projects that were archived or deleted while their key was still known here: nothing of them was written. */
  closed: ReadonlyMap<number, Closed>;
}

/** Writers take their rows in one order and do not get in each other's way; a repair of the sums may. */
const MAX_TRIES = 5;

/**
 * Writes records of any number of senders in one transaction. If the database refuses a value in one of them, the batch
 * is split until only the guilty record is left, so that nobody else's is lost with it.
 * @throws whatever the database says when it is not the records' fault; what was committed before stays, and is found
 * to be a duplicate when it is sent again
 */
export async function commitRecords(
  ctx: Context,
  records: readonly PreparedRecord[],
  options: CommitOptions = {},
): Promise<Written> {
  for (let tries = 1; ; tries += 1) {
    let budgets: KnownBudgets | undefined;
    try {
      const started = performance.now();
      budgets = await options.budgets?.current();
      let spent: Spent | undefined;
      const memory: WriterMemory = {
        ...(options.series ? { series: options.series } : {}),
        ...(options.features ? { features: options.features } : {}),
        ...(budgets ? { budgets } : {}),
        onSpent(added) {
          spent = added;
        },
      };
      const series = await recallOrAdd(ctx.db, records, options.series);
      const inserted = await committed(ctx.db, (tx) =>
        sendRecords(tx, records, memory, { admitted: admit(tx, records), series }),
      );
      if (spent) options.budgets?.spent(spent);
      options.onCommit?.({ rows: inserted.size, seconds: (performance.now() - started) / 1_000 });
      return { inserted, refused: new Map(), closed: new Map() };
    } catch (error) {
      if (error instanceof LeftOutError) return commitRest(ctx, records, error, options);
      if (error instanceof StaleBudgetsError && budgets && tries < MAX_TRIES) {
        options.budgets?.expire(budgets.revision);
        continue;
      }
      const kind = failureKind(error);
      if (kind === 'again' && tries < MAX_TRIES) {
        ctx.log.warn({ err: error, tries }, 'a transaction lost against another one and is tried again');
        continue;
      }
      if (kind !== 'data') throw error;
      const [only] = records;
      if (records.length === 1 && only) {
        ctx.log.warn({ err: error, projectId: only.projectId }, 'the database refuses a record');
        return { inserted: new Set(), refused: new Map([[only, REFUSAL]]), closed: new Map() };
      }
      return commitHalves(ctx, records, options);
    }
  }
}

/**
 * Adds series that nobody has reported before in a transaction of their own: whoever else adds them waits until it ends, and it is short.
 * @throws LeftOutError when one of the records must not be written
 */
async function recallOrAdd(
  db: Db,
  records: readonly PreparedRecord[],
  memory: BoundedMemory<number> | undefined,
): Promise<RecalledSeries> {
  const series = recallSeries(records, memory);
  if (!memory || series.unknown.size === 0) return series;
  await pipelined(db, (tx) => together([admit(tx, records), resolveSeries(tx, series, undefined)]));
  return recallSeries(records, memory);
}

/** @returns the records that are new, once they are committed with their sums */
async function committed(db: Db, send: (tx: Tx) => Promise<SentRecords>): Promise<Set<PreparedRecord>> {
  let sums: Promise<void> | undefined;
  try {
    const inserted = await pipelined(db, async (tx) => {
      const sent = await send(tx);
      sums = sent.sums;
      return sent.inserted;
    });
    await sums;
    return inserted;
  } catch (error) {
    // That a COMMIT has become a ROLLBACK says only that something before it failed.
    await sums;
    throw error;
  }
}

/** What is among the records that must not be written: the transaction must be begun again without it. */
class LeftOutError extends Error {
  readonly closed: ReadonlyMap<number, Closed>;
  readonly buried: ReadonlySet<PreparedRecord>;

  constructor(closed: ReadonlyMap<number, Closed>, buried: ReadonlySet<PreparedRecord>) {
    super('some of the records must not be written');
    this.name = 'LeftOutError';
    this.closed = closed;
    this.buried = buried;
  }
}

/**
 * Whatever keys are still known: a project that is closed gets nothing, and one that is not stays open until the commit. What
 * was deleted for somebody's sake and is delivered again is left out, and so counts as a duplicate.
 * @throws LeftOutError when there is any of these
 */
async function admit(tx: Tx, records: readonly PreparedRecord[]): Promise<void> {
  const { closed, guarded } = await findProjectStates(
    tx,
    records.map(({ projectId }) => projectId),
  );
  const suspects = guarded.size === 0 ? [] : records.filter(({ projectId }) => guarded.has(projectId));
  const buried = suspects.length === 0 ? new Set<PreparedRecord>() : await findBuried(tx, suspects);
  if (closed.size > 0 || buried.size > 0) throw new LeftOutError(closed, buried);
}

async function commitRest(
  ctx: Context,
  records: readonly PreparedRecord[],
  { closed, buried }: LeftOutError,
  options: CommitOptions,
): Promise<Written> {
  const rest = records.filter((record) => !closed.has(record.projectId) && !buried.has(record));
  if (rest.length === 0) return { inserted: new Set(), refused: new Map(), closed };
  const written = await commitRecords(ctx, rest, options);
  return { ...written, closed: new Map([...closed, ...written.closed]) };
}

/** One after the other: the second half may hold the same record as the first. */
async function commitHalves(...[ctx, records, options]: Parameters<typeof commitRecords>): Promise<Written> {
  const middle = Math.ceil(records.length / 2);
  const first = await commitRecords(ctx, records.slice(0, middle), options);
  const second = await commitRecords(ctx, records.slice(middle), options);
  return {
    inserted: new Set([...first.inserted, ...second.inserted]),
    refused: new Map([...first.refused, ...second.refused]),
    closed: new Map([...first.closed, ...second.closed]),
  };
}

const REFUSAL: RefusedRecord = {
  code: 'invalid_field',
  field: '',
  message: 'holds a value that cannot be stored',
};
