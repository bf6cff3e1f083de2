import { sql } from 'kysely';
import { SECOND } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { AnalysisFailure, AnalysisStage } from '../../contract/analysis.ts';
import type { Db } from '../../db/connection.ts';
import type { ClaudeAnswer } from './claude.ts';
import type { NameTable } from './pseudonyms.ts';
import type { StoredResult } from './stored-result.ts';

/** Far longer than a run is silent: whoever worked on it is gone. */
export const LEFT_AFTER_MS = 90 * SECOND;

/** An analysis as a run works on it. */
export interface RunRow {
  id: number;
  organization_id: number;
  time_zone: string;
  period_from: Date;
  period_to: Date;
  project_ids: number[];
  sample_project_ids: number[];
  document: string;
  document_hash: string;
  instructions_hash: string;
  names: NameTable;
  model: string;
  host: string;
  usage_project_id: number | null;
  request_sent_at: Date | null;
  requests: number;
  answer: ClaudeAnswer | null;
  errors: number;
}

/** Another run has it, or it was cancelled or deleted. */
export class SupersededError extends Error {}

/**
 * Takes an analysis up: one that waits, or one whose run was left. `undefined` when there is nothing to do, or somebody else
 * does it.
 */
export async function takeUp(
  ctx: Context,
  { organizationId, analysisId }: { organizationId: number; analysisId: number },
  runId: string,
): Promise<RunRow | undefined> {
  const now = ctx.clock.now();
  const { rows } = await sql<RunRow>`
    update analyses a set state = 'running', run_id = ${runId}::uuid, touched_at = ${now}
    from organizations o
    where a.id = ${analysisId} and a.organization_id = ${organizationId} and o.id = a.organization_id
      and (a.state = 'queued' or a.state = 'running'
        and (a.touched_at is null or a.touched_at < ${new Date(now.getTime() - LEFT_AFTER_MS)}))
    returning a.id, a.organization_id, o.time_zone, a.period_from, a.period_to, a.project_ids, a.sample_project_ids, a.document,
      a.document_hash, a.instructions_hash, a.names, a.model, a.host, a.usage_project_id, a.request_sent_at, a.requests,
      a.answer, a.errors`.execute(ctx.db);
  return rows[0];
}

/** Lets the next run take it up at once. */
export async function letGo(ctx: Context, id: number, runId: string): Promise<void> {
  await sql`update analyses set touched_at = null where id = ${id} and run_id = ${runId}::uuid`.execute(ctx.db);
}

/** Says that the run is alive. `false` when the analysis is not its any more. */
export async function touch(
  db: Db,
  id: number,
  runId: string,
  said: { now: Date; progress?: number | undefined; stage?: AnalysisStage },
): Promise<boolean> {
  const { rows } = await sql`
    update analyses set touched_at = ${said.now}, progress = greatest(progress, ${said.progress ?? 0}::real),
      stage = coalesce(${said.stage ?? null}::text, stage)
    where id = ${id} and run_id = ${runId}::uuid and state = 'running' returning id`.execute(db);
  return rows.length > 0;
}

/** What is over keeps neither the document nor the answer, and of the names only those that the result has. */
export async function end(
  ctx: Context,
  id: number,
  runId: string,
  outcome: { failure: AnalysisFailure } | { result: StoredResult; names: NameTable },
): Promise<void> {
  const failure = 'failure' in outcome ? outcome.failure : null;
  const result = 'result' in outcome ? JSON.stringify(outcome.result) : null;
  const names = 'names' in outcome ? JSON.stringify(outcome.names) : '{}';
  await sql`
    update analyses set state = ${failure === null ? 'done' : 'failed'}, stage = 'ended', failure = ${failure},
      result = ${result}::jsonb, names = ${names}::jsonb, document = null, answer = null, request_sent_at = null,
      usage_incomplete = usage_incomplete or (${failure === 'interrupted'} and request_sent_at is not null),
      finished_at = ${ctx.clock.now()}
    where id = ${id} and run_id = ${runId}::uuid and state = 'running'`.execute(ctx.db);
}
