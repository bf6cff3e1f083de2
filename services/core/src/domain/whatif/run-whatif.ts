import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { RecordSelection } from '../../contract/exports.ts';
import type { WhatIfChange, WhatIfResult } from '../../contract/whatif.ts';
import { withHeartbeat } from '../../heartbeat.ts';
import { runWhatIfJob } from '../../queues/jobs.ts';
import type { JobSender } from '../../queues/sender.ts';
import type { Steps } from '../projects/delete-project.ts';
import { priceSelection } from './price-as.ts';
import { expectCalls } from './read-calls.ts';
import { selectionOf } from './selection.ts';
import { whatIfJobId } from './whatif-row.ts';

/** In a row, over all runs. */
const MAX_ERRORS = 5;
/** Many heartbeats: whoever worked on it is gone, or it waits in the queue, or its place in the queue is gone. */
const FORGOTTEN_AFTER_MS = 10 * MINUTE;

/** It was cancelled or deleted, or another run has begun. */
class SupersededError extends Error {}

interface Row {
  id: number;
  organization_id: number;
  selection: RecordSelection;
  project_ids: number[];
  change: WhatIfChange;
  time_zone: string;
}

/**
 * Computes a what-if, for the worker. Safe to run twice and at once: the run that begins last has it, and every earlier one
 * ends at its next page. One that was interrupted begins anew: nothing of a result is kept before it is whole.
 */
export async function runWhatIf(
  ctx: Context,
  { organizationId, whatIfId }: { organizationId: number; whatIfId: number },
  steps: Steps,
  { pageRows, heartbeatMs }: { pageRows?: number; heartbeatMs?: number } = {},
): Promise<void> {
  const runId = randomUUID();
  const row = await begin(ctx, organizationId, whatIfId, runId);
  if (!row) return;
  await withHeartbeat(
    ctx.log,
    () => touch(ctx, whatIfId, runId),
    () => compute(ctx, row, runId, steps, pageRows),
    heartbeatMs,
  );
}

async function compute(
  ctx: Context,
  row: Row,
  runId: string,
  steps: Steps,
  pageRows: number | undefined,
): Promise<void> {
  const { id: whatIfId, organization_id: organizationId } = row;
  try {
    const selection = selectionOf(row.selection, row.project_ids);
    const expected = await expectCalls(ctx, organizationId, selection, Number.MAX_SAFE_INTEGER);
    const move = (done: number) => update(ctx, whatIfId, runId, { done, expected });
    await move(0);
    const result = await priceSelection(ctx, organizationId, selection, row.change, {
      timeZone: row.time_zone,
      ...(pageRows === undefined ? {} : { pageRows }),
      afterPage: async (done) => {
        steps.signal.throwIfAborted();
        await move(done);
        await steps.progress(Math.min(0.99, done / Math.max(1, expected)));
      },
    });
    await finish(ctx, whatIfId, runId, result);
    ctx.log.info({ whatIfId, records: result.totals.calls }, 'what-if computed');
  } catch (error) {
    if (error instanceof SupersededError) return;
    if (!steps.signal.aborted && (await countError(ctx, whatIfId, runId))) {
      ctx.log.error({ err: error, whatIfId }, 'a what-if failed for good');
      return;
    }
    throw error;
  }
}

/** Queues what-ifs again that nobody works on any more and that do not wait: a worker was killed, or Redis has lost the job. */
export async function keepWhatIfs(ctx: Context & { jobs: Pick<JobSender, 'sendAgain'> }): Promise<void> {
  const forgotten = new Date(ctx.clock.now().getTime() - FORGOTTEN_AFTER_MS);
  const { rows } = await sql<{ organizationId: number; whatIfId: number; askedTimes: number }>`
    select organization_id as "organizationId", id as "whatIfId", asked_times as "askedTimes" from whatifs
    where state in ('queued', 'running') and touched_at < ${forgotten} order by id`.execute(ctx.db);
  for (const { askedTimes, ...one } of rows) {
    const isQueued = await ctx.jobs.sendAgain(runWhatIfJob, one, whatIfJobId(one.whatIfId, askedTimes));
    if (isQueued) ctx.log.warn(one, 'a what-if that was forgotten is queued again');
  }
}

/** Takes it up. `undefined` when there is nothing to do. */
async function begin(ctx: Context, organizationId: number, id: number, runId: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    update whatifs set state = 'running', run_id = ${runId}::uuid, done_records = 0, touched_at = ${ctx.clock.now()}
    where id = ${id} and organization_id = ${organizationId} and state in ('queued', 'running')
    returning id, organization_id, selection, project_ids, change, time_zone`.execute(ctx.db);
  return rows[0];
}

const touch = (ctx: Context, id: number, runId: string) =>
  sql`update whatifs set touched_at = ${ctx.clock.now()}
    where id = ${id} and run_id = ${runId}::uuid and state = 'running'`.execute(ctx.db);

/** @throws SupersededError */
async function update(
  ctx: Context,
  id: number,
  runId: string,
  { done, expected }: { done: number; expected: number },
): Promise<void> {
  const { rows } = await sql`
    update whatifs set done_records = ${done}, expected_records = ${expected}, touched_at = ${ctx.clock.now()}
    where id = ${id} and run_id = ${runId}::uuid and state = 'running' returning id`.execute(ctx.db);
  if (rows.length === 0) throw new SupersededError(`what-if ${id} is another run's, or was ended`);
}

/** @throws SupersededError */
async function finish(ctx: Context, id: number, runId: string, result: WhatIfResult): Promise<void> {
  const { rows } = await sql`
    update whatifs set state = 'done', failure = null, errors = 0, result = ${JSON.stringify(result)}::jsonb,
      computed_at = ${result.computedAt}, touched_at = ${ctx.clock.now()}
    where id = ${id} and run_id = ${runId}::uuid and state = 'running' returning id`.execute(ctx.db);
  if (rows.length === 0) throw new SupersededError(`what-if ${id} is another run's, or was ended`);
}

/** @returns whether it was one too many, and the what-if has failed */
async function countError(ctx: Context, id: number, runId: string): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    update whatifs set errors = errors + 1, touched_at = ${ctx.clock.now()},
      state = case when errors + 1 >= ${MAX_ERRORS} then 'failed' else state end,
      failure = case when errors + 1 >= ${MAX_ERRORS} then 'internal' else failure end
    where id = ${id} and run_id = ${runId}::uuid and state = 'running'
    returning state`.execute(ctx.db);
  return rows[0]?.state === 'failed';
}
