import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { SECOND } from '../../clock.ts';
import type { RedisContext } from '../../context.ts';
import type { AnalysisFailure } from '../../contract/analysis.ts';
import { noteActivity } from '../usage/activity.ts';
import { end, letGo, type RunRow, SupersededError, takeUp, touch } from './analysis-run.ts';
import { askClaude } from './ask-claude.ts';
import type { Claude } from './claude.ts';
import { ClaudeError } from './claude.ts';
import { INSTRUCTIONS_HASH, sha256 } from './instructions.ts';
import { makeResult } from './make-result.ts';
import { readAnswer } from './read-answer.ts';
import type { AnalysisService } from './service.ts';

/** How often a run says that it is alive, and sees that it was cancelled. */
const HEARTBEAT_MS = SECOND;

/** Of ours, in a row. */
const MAX_ERRORS = 3;

export interface AnalysisContext extends RedisContext {
  analysis: AnalysisService;
  /** Absent without a key. */
  claude?: Claude;
}

/** Ends an analysis for a reason that people are told. */
class EndedError extends Error {
  readonly failure: AnalysisFailure;
  constructor(failure: AnalysisFailure) {
    super(failure);
    this.failure = failure;
  }
}

/**
 * Makes an analysis, for the worker: asks Claude, understands the answer, lets it be repaired once, and prices what it
 * proposes. Safe to be run twice and to be killed: what was answered is kept, and gone on with; a request that nobody knows
 * the end of is not sent again, since it may have been billed, and is reported.
 */
export async function runAnalysis(
  ctx: AnalysisContext,
  input: { organizationId: number; analysisId: number },
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const runId = randomUUID();
  const row = await takeUp(ctx, input, runId);
  if (!row) return;
  const alive = keepAlive(ctx, row.id, runId);
  const either = AbortSignal.any([signal, alive.signal]);
  try {
    const outcome = await work(ctx, row, runId, either);
    await end(ctx, row.id, runId, outcome);
  } catch (error) {
    await settle(ctx, row, runId, error, signal);
  } finally {
    await alive.stop();
    await noteActivity(ctx.redis, ctx.log, [row.organization_id]);
  }
}

async function work(ctx: AnalysisContext, row: RunRow, runId: string, signal: AbortSignal) {
  if (row.request_sent_at !== null) throw new EndedError('interrupted');
  let answer = row.answer;
  let { requests } = row;
  if (answer === null) {
    const obstacle = await findChange(ctx, row);
    if (obstacle) throw new EndedError(obstacle);
    answer = await askClaude(ctx, row, runId, signal, undefined);
    requests += 1;
  }
  let read = readAnswer(answer);
  if (read.kind === 'broken' && requests === 1) {
    const obstacle = await findChange(ctx, row);
    if (obstacle) throw new EndedError(obstacle);
    answer = await askClaude(ctx, row, runId, signal, { answer, problems: read.problems });
    read = readAnswer(answer);
  }
  if (read.kind === 'broken') throw new EndedError('invalid_answer');
  if (read.kind === 'failed') throw new EndedError(read.code);
  if (!(await touch(ctx.db, row.id, runId, { now: ctx.clock.now(), stage: 'pricing', progress: 0.85 }))) {
    throw new SupersededError('cancelled before its findings were priced');
  }
  return makeResult(ctx, row, read.answer, signal);
}

/** What has changed since somebody was shown the document, so that it must not be sent. */
async function findChange(ctx: AnalysisContext, row: RunRow): Promise<AnalysisFailure | undefined> {
  const { state, model, host } = ctx.analysis;
  if (state !== 'ready') return state;
  if (!ctx.claude) return 'no_key';
  const { rows } = await sql<{ enabled: boolean; capturing: number }>`
    select coalesce((select enabled from analysis_settings where organization_id = ${row.organization_id}), false) as enabled,
      (select count(*)::integer from projects
        where id = any(${row.sample_project_ids}::integer[]) and organization_id = ${row.organization_id} and capture_content
      ) as capturing`.execute(ctx.db);
  if (!rows[0]?.enabled) return 'not_enabled';
  if (rows[0].capturing < row.sample_project_ids.length) return 'capture_off';
  const isSame =
    sha256(row.document) === row.document_hash &&
    row.instructions_hash === INSTRUCTIONS_HASH &&
    row.model === model &&
    row.host === host;
  return isSame ? undefined : 'document_changed';
}

async function settle(
  ctx: AnalysisContext,
  row: RunRow,
  runId: string,
  error: unknown,
  stopping: AbortSignal,
): Promise<void> {
  if (error instanceof SupersededError) return;
  if (error instanceof EndedError) return end(ctx, row.id, runId, { failure: error.failure });
  if (error instanceof ClaudeError) {
    const code = error.code === 'aborted' ? 'interrupted' : error.code;
    ctx.log.warn({ analysisId: row.id, code }, 'an analysis got no answer');
    return end(ctx, row.id, runId, { failure: code });
  }
  if (!stopping.aborted) {
    const errors = await countError(ctx, row.id, runId);
    ctx.log.error({ err: error, analysisId: row.id, errors }, 'an analysis failed');
    if (errors >= MAX_ERRORS) return end(ctx, row.id, runId, { failure: 'internal' });
  }
  await letGo(ctx, row.id, runId);
  // The queue tries again, or another worker does.
  throw error;
}

async function countError(ctx: AnalysisContext, id: number, runId: string): Promise<number> {
  const { rows } = await sql<{ errors: number }>`
    update analyses set errors = errors + 1 where id = ${id} and run_id = ${runId}::uuid returning errors`.execute(
    ctx.db,
  );
  return rows[0]?.errors ?? 0;
}

/** Says that the run is alive, and aborts when the analysis is not its any more. */
function keepAlive(ctx: AnalysisContext, id: number, runId: string) {
  const lost = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    last = touch(ctx.db, id, runId, { now: ctx.clock.now() }).then(
      (isMine) => {
        if (!isMine) lost.abort(new SupersededError('cancelled, or taken over'));
      },
      // The database is away for a moment: another beat comes.
      () => {},
    );
  }, HEARTBEAT_MS);
  return {
    signal: lost.signal,
    async stop() {
      clearInterval(timer);
      await last;
    },
  };
}
