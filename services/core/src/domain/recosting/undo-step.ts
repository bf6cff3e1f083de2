import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import { METERED_COLUMNS, type MeteredRow, meteringOf } from '../usage/remeter-record.ts';
import { adjustSums } from './adjust-sums.ts';
import { addSums, advance, inBatch, type Run, type StepOptions } from './advance.ts';
import { noteChanges } from './apply-step.ts';
import { type Change, differenceOf } from './evaluate.ts';
import { type RecordKey, type SummedRecord, summedColumns } from './walk-records.ts';

/**
 * Gives the changed records the figures that they had, bit for bit, a page in a transaction, and lets the sums follow.
 * A record that is gone, or that something else has changed since, is left as it is and counted.
 */
export async function undoStep(
  ctx: Context,
  run: Run,
  { projectIds }: { projectIds: readonly number[] },
  { pageRows, afterPage }: StepOptions,
): Promise<void> {
  for (const projectId of [...projectIds].sort((a, b) => a - b)) {
    if (run.cursor && projectId < run.cursor.project_id) continue;
    while (true) {
      const page = await changedKeys(ctx.db, run, projectId, pageRows);
      const last = page.at(-1);
      if (!last) break;
      await inBatch(ctx.db, async (tx) => {
        await advance(tx, run, last, { done_records: page.length });
        const { from, to } = { from: page[0] ?? last, to: last };
        const changes = await lockOldFigures(tx, run, { projectId, from, to });
        await restore(tx, run, { projectId, from, to });
        await adjustSums(tx, changes);
        await noteChanges(tx, run);
        await addSums(tx, run, {
          restored_records: changes.length,
          not_restored_records: page.length - changes.length,
          difference_pico_usd: differenceOf(changes),
        });
      });
      run.cursor = last;
      await afterPage(page.length);
    }
  }
}

async function changedKeys(db: Db, run: Run, projectId: number, rows: number): Promise<RecordKey[]> {
  const after = run.cursor?.project_id === projectId ? run.cursor : undefined;
  const page = await sql<RecordKey>`
    select project_id, ts, event_id from recosting_changes
    where project_id = ${projectId} and recosting_id = ${run.id}
      ${after ? sql`and ts >= ${after.ts} and (ts, event_id) > (${after.ts}, ${after.event_id}::uuid)` : sql``}
    order by ts, event_id limit ${rows}`.execute(db);
  return page.rows;
}

interface Range {
  projectId: number;
  from: RecordKey;
  /** Included. */
  to: RecordKey;
}

/**
 * The changes of a range, `c`. The bounds on the time alone are for the planner: of those on the whole key it takes each end for
 * itself, which together looks like a quarter of all changes, and may then read all of them for every page.
 */
const ofRange = (run: Run, { projectId, from, to }: Range) => sql`
  c.project_id = ${projectId} and c.recosting_id = ${run.id} and c.ts >= ${from.ts} and c.ts <= ${to.ts}
  and (c.ts, c.event_id) between (${from.ts}, ${from.event_id}::uuid) and (${to.ts}, ${to.event_id}::uuid)`;

/** The records of the changes `c` that still say what this re-costing wrote, `r`. */
const stillChanged = (run: Run, range: Range) => sql`
  ${ofRange(run, range)}
  and r.project_id = ${range.projectId} and r.ts = c.ts and r.event_id = c.event_id
  and r.ts >= ${range.from.ts} and r.ts <= ${range.to.ts} and r.recosting_id = ${run.id}`;

/** Locks them, in the order of their key, and gives what each is and what it was. */
async function lockOldFigures(tx: Db, run: Run, range: Range): Promise<Change[]> {
  await sql`
    select from recosting_changes c, usage_records r
    where ${stillChanged(run, range)}
    order by r.ts, r.event_id
    for no key update of r`.execute(tx);
  const old = METERED_COLUMNS.map((column) => sql`${sql.id('c', column)} as ${sql.id(`old:${column}`)}`);
  const { rows } = await sql<SummedRecord & Record<`old:${string}`, unknown>>`
    select ${summedColumns('r')}, ${sql.join(old)}
    from recosting_changes c, usage_calls r
    where ${stillChanged(run, range)}
    order by r.ts, r.event_id`.execute(tx);
  return rows.map((record) => ({
    record,
    after: meteringOf(
      Object.fromEntries(METERED_COLUMNS.map((column) => [column, record[`old:${column}`]])) as MeteredRow,
    ),
  }));
}

/** From row to row inside the database, so that nothing is read, rounded or written anew. The changes are used up. */
async function restore(tx: Db, run: Run, range: Range): Promise<void> {
  const sets = METERED_COLUMNS.map((column) => sql`${sql.id(column)} = ${sql.id('c', column)}`);
  await sql`
    update usage_records r set recosting_id = c.previous_recosting_id, ${sql.join(sets)}
    from recosting_changes c
    where ${stillChanged(run, range)}`.execute(tx);
  await sql`delete from recosting_changes c where ${ofRange(run, range)}`.execute(tx);
}
