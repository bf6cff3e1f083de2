import { type RawBuilder, sql } from 'kysely';
import type { RecostingStep } from '../../contract/recosting.ts';
import type { Db } from '../../db/connection.ts';
import { failureKind } from '../../db/failures.ts';
import type { RecostingRow } from './recosting-row.ts';
import { STEP_STATES } from './states.ts';
import type { RecordKey } from './walk-records.ts';

/** The step does not run any more, or another worker runs it: whatever the transaction at hand has done does not count. */
export class SupersededError extends Error {
  constructor() {
    super('the step was cancelled, or another worker has gone on with it');
    this.name = 'SupersededError';
  }
}

/** The columns that count. */
type SumColumn = {
  [Column in keyof RecostingRow]: RecostingRow[Column] extends bigint ? Column : never;
}[keyof RecostingRow];

type Sums = Partial<Record<SumColumn, bigint | number>>;

/** What the steps share. */
export interface StepOptions {
  pageRows: number;
  /** Called when a page of so many records is committed; throws when the worker stops. */
  afterPage(records: number): Promise<void>;
}

/** Which step of which re-costing a worker runs, and how far it is. */
export interface Run {
  id: number;
  organizationId: number;
  step: RecostingStep;
  cursor: RecordKey | undefined;
}

const MAX_ATTEMPTS = 5;

/**
 * Runs a batch in a transaction of its own, and again when it has lost against somebody who locks the same rows in
 * another order: nothing of it was done then.
 */
export async function inBatch(db: Db, work: (tx: Db) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || failureKind(error) !== 'again') throw error;
    }
  }
}

/**
 * Moves a step on by a batch, in the batch's transaction and as its first statement: the row is locked until the batch
 * is committed, and a batch that begins where another worker has been already, or after a cancellation, ends here. That
 * makes a batch count once however often it is tried.
 * @throws SupersededError
 */
export async function advance(tx: Db, run: Run, to: RecordKey, sums: Sums): Promise<void> {
  await update(
    tx,
    run,
    sql`cursor_project_id = ${to.project_id}, cursor_ts = ${to.ts}, cursor_event_id = ${to.event_id}, errors = 0,
      ${additions(sums)}`,
  );
}

/** Adds to the sums of a step whose row the transaction has locked by `advance`. */
export const addSums = (tx: Db, run: Run, sums: Sums) =>
  sql`update recostings set ${additions(sums)} where id = ${run.id}`.execute(tx);

const additions = (sums: Sums) =>
  sql.join(
    Object.entries(sums).map(([column, sum]) => sql`${sql.id(column)} = ${sql.id(column)} + ${String(sum)}::numeric`),
  );

/** Ends a step. @throws SupersededError */
export async function finish(db: Db, run: Run, now: Date): Promise<void> {
  const column = { preview: 'previewed_at', apply: 'applied_at', undo: 'undone_at' }[run.step];
  await update(db, run, sql`state = ${STEP_STATES[run.step].done}, ${sql.id(column)} = ${now}`);
}

async function update(db: Db, run: Run, set: RawBuilder<unknown>): Promise<void> {
  const { project_id, ts, event_id } = run.cursor ?? {};
  const { rows } = await sql`
    update recostings set ${set}
    where id = ${run.id} and organization_id = ${run.organizationId} and state = ${STEP_STATES[run.step].running}
      and (cursor_project_id, cursor_ts, cursor_event_id)
        is not distinct from (${project_id ?? null}::integer, ${ts ?? null}::timestamptz, ${event_id ?? null}::uuid)
    returning id`.execute(db);
  if (rows.length === 0) throw new SupersededError();
}
