import type { Context } from '@tokengrip/core/context';
import { failureKind } from '@tokengrip/core/db/failures';
import type { Tx } from '@tokengrip/core/db/scope';
import { type KnownBudgets, type Spent, StaleBudgetsError } from '@tokengrip/core/domain/budgets/count-spend';
import { findBuried } from '@tokengrip/core/domain/privacy/tombstones';
import { type Closed, findProjectStates } from '@tokengrip/core/domain/projects/closed-projects';
import type { BoundedMemory } from '@tokengrip/core/domain/usage/bounded-memory';
import type { PreparedRecord, RefusedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { type WriterMemory, writeRecords } from '@tokengrip/core/domain/usage/write-records';

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
  closed: Map<number, Closed>;
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
      const { inserted, closed } = await ctx.db.transaction().execute((tx) => writeOpen(tx, records, memory));
      if (spent) options.budgets?.spent(spent);
      options.onCommit?.({ rows: inserted.size, seconds: (performance.now() - started) / 1_000 });
      return { inserted, refused: new Map(), closed };
    } catch (error) {
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
 * Whatever keys are still known: a project that is closed gets nothing, and one that is not stays open until the commit. What
 * was deleted for somebody's sake and is delivered again is left out, and so counts as a duplicate.
 */
async function writeOpen(
  tx: Tx,
  records: readonly PreparedRecord[],
  memory: WriterMemory,
): Promise<Pick<Written, 'inserted' | 'closed'>> {
  const { closed, guarded } = await findProjectStates(
    tx,
    records.map(({ projectId }) => projectId),
  );
  const suspects = guarded.size === 0 ? [] : records.filter(({ projectId }) => guarded.has(projectId));
  const buried = suspects.length === 0 ? undefined : await findBuried(tx, suspects);
  const open =
    closed.size === 0 && !buried?.size
      ? records
      : records.filter((record) => !closed.has(record.projectId) && !buried?.has(record));
  return { inserted: open.length === 0 ? new Set() : await writeRecords(tx, open, memory), closed };
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
