import { sql } from 'kysely';
import type { RedisContext } from '../../context.ts';
import type { RecostingStep } from '../../contract/recosting.ts';
import type { Steps } from '../projects/delete-project.ts';
import { noteActivity } from '../usage/activity.ts';
import { finish, type Run, type StepOptions, SupersededError } from './advance.ts';
import { applyStep } from './apply-step.ts';
import { loadPricing } from './load-pricing.ts';
import { beginPreview, previewStep } from './preview-step.ts';
import { type RecostingRow, requireRecosting } from './recosting-row.ts';
import { isUnderWay, STEP_STATES } from './states.ts';
import { undoStep } from './undo-step.ts';
import { expectRecords, type RecordFilter } from './walk-records.ts';

/** Long enough to be cheap, short enough that nobody waits for its locks. */
const PAGE_ROWS = 5_000;
/** In a row: a batch that succeeds begins the count anew. */
const MAX_ERRORS = 5;

/**
 * Runs the step of a re-costing that was asked for, for the worker. Safe to run twice and at once: each batch is one
 * transaction that moves the step on from where it was, so that a batch that somebody else has done, or a step that was
 * cancelled meanwhile, ends the run. A run that is interrupted is continued by the next.
 */
export async function runRecosting(
  ctx: RedisContext,
  input: { organizationId: number; recostingId: number },
  steps: Steps,
  pageRows = PAGE_ROWS,
): Promise<void> {
  const row = await begin(ctx, input);
  if (!row) return;
  let done = Number(row.done_records);
  const options: StepOptions = {
    pageRows,
    async afterPage(records) {
      done += records;
      if (row.step !== 'preview') await noteActivity(ctx.redis, ctx.log, [row.organization_id]);
      await steps.progress(Math.min(0.99, done / Math.max(1, Number(row.expected_records))));
      steps.signal.throwIfAborted();
    },
  };
  try {
    await runStep(ctx, row, options);
    ctx.log.info({ recostingId: row.id, step: row.step, records: done }, 're-costing step done');
  } catch (error) {
    if (error instanceof SupersededError) return;
    if (!steps.signal.aborted && (await countError(ctx, row))) {
      ctx.log.error({ err: error, recostingId: row.id, step: row.step }, 're-costing step failed for good');
      return;
    }
    throw error;
  }
}

/** Takes the step up. `undefined` when there is nothing to do. */
async function begin(
  ctx: RedisContext,
  input: { organizationId: number; recostingId: number },
): Promise<RecostingRow | undefined> {
  return ctx.db.transaction().execute(async (tx) => {
    const row = await requireRecosting(tx, input.organizationId, input.recostingId, { lock: true });
    if (!isUnderWay(row.state, row.step)) return undefined;
    const { running, queued } = STEP_STATES[row.step];
    if (row.state !== queued) return row;
    const expected = row.step === 'preview' ? await expectRecords(tx, filterOf(row)) : row.expected_records;
    await tx
      .updateTable('recostings')
      .set({ state: running, expected_records: expected })
      .where('id', '=', row.id)
      .execute();
    return { ...row, state: running, expected_records: expected };
  });
}

async function runStep(ctx: RedisContext, row: RecostingRow, options: StepOptions): Promise<void> {
  const run: Run = { id: row.id, organizationId: row.organization_id, step: row.step, cursor: cursorOf(row) };
  if (row.step === 'undo') {
    await undoStep(ctx, run, { projectIds: row.project_ids }, options);
  } else {
    const pricing = await loadPricing(ctx.db, row.organization_id);
    const filter = filterOf(row);
    if (row.revision !== pricing.revision) {
      if (row.step === 'apply') return fail(ctx, row, 'prices_changed');
      // A dry run is of one state of the prices, or it is not one.
      await beginPreview(ctx, row.id, pricing.revision);
      run.cursor = undefined;
    }
    if (row.step === 'preview') await previewStep(ctx, run, { filter, timeZone: row.time_zone, pricing }, options);
    else await applyStep(ctx, run, { filter, pricing }, options);
  }
  await finish(ctx.db, run, ctx.clock.now());
}

const filterOf = (row: RecostingRow): RecordFilter => ({
  period: { from: row.period_from, to: row.period_to },
  projectIds: row.project_ids,
  providers: row.providers,
  models: row.models,
  onlyUnpriced: row.only_unpriced,
});

const cursorOf = ({ cursor_project_id, cursor_ts, cursor_event_id }: RecostingRow) =>
  cursor_project_id === null || cursor_ts === null || cursor_event_id === null
    ? undefined
    : { project_id: cursor_project_id, ts: cursor_ts, event_id: cursor_event_id };

async function fail(
  ctx: RedisContext,
  row: { id: number; step: RecostingStep },
  failure: 'prices_changed',
): Promise<void> {
  await ctx.db
    .updateTable('recostings')
    .set({ state: 'failed', failure })
    .where('id', '=', row.id)
    .where('state', '=', STEP_STATES[row.step].running)
    .execute();
}

/** @returns whether it was one too many, and the step has failed */
async function countError(ctx: RedisContext, row: { id: number; step: RecostingStep }): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    update recostings set errors = errors + 1,
      state = case when errors + 1 >= ${MAX_ERRORS} then 'failed' else state end,
      failure = case when errors + 1 >= ${MAX_ERRORS} then 'internal' else failure end
    where id = ${row.id} and state = ${STEP_STATES[row.step].running}
    returning state`.execute(ctx.db);
  return rows[0]?.state === 'failed';
}
