import { sql } from 'kysely';
import { ANALYSIS_FAILURES, type Analysis, type AnalysisFailure } from '../../contract/analysis.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { type NameTable, withRealNames } from './pseudonyms.ts';
import type { StoredResult } from './stored-result.ts';

const MAX_LISTED = 100;

interface Row {
  id: number;
  state: Analysis['state'];
  stage: Analysis['stage'];
  progress: number;
  failure: AnalysisFailure | null;
  period_from: Date;
  period_to: Date;
  project_ids: number[];
  samples: number;
  document_hash: string;
  document_bytes: number;
  model: string;
  host: string;
  requests: number;
  input_tokens: bigint;
  output_tokens: bigint;
  cost_pico_usd: bigint | null;
  usage_incomplete: boolean;
  user_id: number | null;
  user_name: string | null;
  started_at: Date;
  finished_at: Date | null;
  expires_at: Date;
  names: NameTable;
  result: StoredResult | null;
}

/** The organization's analyses, the newest first. What was only shown is none. */
export async function listAnalyses(tx: Db, organizationId: number): Promise<Analysis[]> {
  const { rows } = await selectAnalyses(sql`a.organization_id = ${organizationId}`).execute(tx);
  return rows.map(toAnalysis);
}

/** @throws AppError `not_found` */
export async function findAnalysis(tx: Db, organizationId: number, analysisId: number): Promise<Analysis> {
  const { rows } = await selectAnalyses(sql`a.organization_id = ${organizationId} and a.id = ${analysisId}`).execute(
    tx,
  );
  const [row] = rows;
  if (!row) throw noAnalysis(analysisId);
  return toAnalysis(row);
}

/**
 * Ends an analysis that waits or runs. A request that is under way is broken off at once; what it used until then is
 * recorded.
 * @throws AppError `not_found`; `conflict` when it has ended
 */
export async function cancelAnalysis(tx: Db, organizationId: number, analysisId: number, now: Date): Promise<Analysis> {
  const { rows } = await sql`
    update analyses set state = 'cancelled', stage = 'ended', finished_at = ${now}, document = null, names = '{}', answer = null
    where id = ${analysisId} and organization_id = ${organizationId} and state in ('queued', 'running')
    returning id`.execute(tx);
  const analysis = await findAnalysis(tx, organizationId, analysisId);
  if (rows.length === 0) throw new AppError('conflict', `There is nothing to cancel: it is ${analysis.state}`);
  await audit(tx, organizationId, { action: 'analysis.cancelled', targetId: analysisId });
  return analysis;
}

/** @throws AppError `not_found`; `conflict` while it waits or runs */
export async function deleteAnalysis(tx: Db, organizationId: number, analysisId: number): Promise<void> {
  const { state } = await findAnalysis(tx, organizationId, analysisId);
  if (state === 'queued' || state === 'running') throw new AppError('conflict', 'It is under way; cancel it first');
  await sql`delete from analyses where id = ${analysisId} and organization_id = ${organizationId}`.execute(tx);
  await audit(tx, organizationId, { action: 'analysis.deleted', targetId: analysisId });
}

const noAnalysis = (analysisId: number) => new AppError('not_found', `There is no analysis ${analysisId}`);

const selectAnalyses = (which: ReturnType<typeof sql>) => sql<Row>`
  select a.id, a.state, a.stage, a.progress, a.failure, a.period_from, a.period_to, a.project_ids, a.samples, a.document_hash,
    a.document_bytes, a.model, a.host, a.requests, a.input_tokens, a.output_tokens, a.cost_pico_usd, a.usage_incomplete,
    u.id as user_id, u.name as user_name, a.started_at, a.finished_at, a.expires_at,
    case when a.state = 'done' then a.names else '{}' end as names, a.result
  from analyses a left join users u on u.id = a.created_by
  where ${which} and a.state <> 'draft'
  order by a.id desc limit ${MAX_LISTED}`;

const toAnalysis = (row: Row): Analysis => ({
  id: row.id,
  state: row.state,
  stage: row.stage,
  progress: row.state === 'done' ? 1 : Math.min(0.99, Math.max(0, row.progress)),
  failure: row.failure && { code: row.failure, text: ANALYSIS_FAILURES[row.failure] },
  from: row.period_from.toISOString(),
  to: row.period_to.toISOString(),
  projectIds: row.project_ids,
  samples: row.samples,
  documentHash: row.document_hash,
  documentBytes: row.document_bytes,
  model: row.model,
  host: row.host,
  requests: row.requests,
  inputTokens: Number(row.input_tokens),
  outputTokens: Number(row.output_tokens),
  cost: row.cost_pico_usd === null ? null : formatPicoUsd(row.cost_pico_usd),
  costIncomplete: row.usage_incomplete,
  createdBy: row.user_id === null ? null : { id: row.user_id, name: row.user_name ?? '' },
  startedAt: row.started_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  expiresAt: row.expires_at.toISOString(),
  summary: row.result && withRealNames(row.result.summary, row.names),
  findings: (row.result?.findings ?? []).map((finding) => ({
    ...finding,
    title: withRealNames(finding.title, row.names),
    explanation: withRealNames(finding.explanation, row.names),
    steps: finding.steps.map((step) => withRealNames(step, row.names)),
    details: finding.details.map(({ name, value }) => ({ name, value: withRealNames(value, row.names) })),
    filter: Object.fromEntries(
      Object.entries(finding.filter).map(([name, values]) => [
        name,
        values.map((value) => realValue(value, row.names)),
      ]),
    ),
  })),
  discarded: row.result?.discarded ?? 0,
});

/** Filters have values as records carry them, not what people read. */
const realValue = (value: string, names: NameTable): string =>
  Object.hasOwn(names, value) ? (names[value]?.value ?? value) : value;
