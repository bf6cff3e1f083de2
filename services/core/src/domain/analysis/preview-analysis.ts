import { sql } from 'kysely';
import { DAY, MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { ANALYSIS_OBSTACLES, type AnalysisPreview, type AnalysisRequest } from '../../contract/analysis.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { inScope, inSnapshot } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { meterCall } from '../usage/meter-call.ts';
import { readPeriod } from '../usage/read-period.ts';
import { readAnalysisStatus } from './analysis-status.ts';
import { type BuiltDocument, buildDocument } from './build-document.ts';
import { ANSWER_SCHEMA, INSTRUCTIONS, INSTRUCTIONS_HASH, MAX_OUTPUT_TOKENS, sha256 } from './instructions.ts';

/** Long enough to read it, and to ask somebody. */
const DRAFT_LIFE_MS = 60 * MINUTE;
const LONGEST_DAYS = 100;

/** Text of this kind has three bytes a token and more; better too many than too few. */
const BYTES_PER_TOKEN = 3;

interface Actor {
  organizationId: number;
  userId: number;
  timeZone: string;
}

/**
 * Makes the document that an analysis would send, and keeps it for an hour, so that exactly that can be begun. Sends
 * nothing. Works wherever analyses are allowed, also when today's are used up.
 * @throws AppError `conflict` where none can be made here, saying why; `invalid_request`, `not_found` for the period and
 * the projects
 */
export async function previewAnalysis(ctx: Context, actor: Actor, input: AnalysisRequest): Promise<AnalysisPreview> {
  const now = ctx.clock.now();
  const { organizationId, userId, timeZone } = actor;
  const period = readPeriod(input);
  if (period.to.getTime() - period.from.getTime() > LONGEST_DAYS * DAY) {
    throw invalidField('to', `must be at most ${LONGEST_DAYS} days after \`from\``);
  }
  const organization = { id: organizationId, timeZone };
  const { built, status, projectIds } = await inSnapshot(ctx, actor, async (tx) => {
    const status = await readAnalysisStatus(tx, organization, now);
    const { obstacle } = status;
    if (obstacle && obstacle.code !== 'daily_limit' && obstacle.code !== 'running') {
      throw new AppError('conflict', ANALYSIS_OBSTACLES[obstacle.code]);
    }
    const projectIds = await chooseProjects(tx, organizationId, input.projectId);
    const subject = { organization, ...period, projectIds };
    const options = { includeSamples: input.includeSamples ?? false, leaveOut: new Set(input.leaveOut), now };
    return { status, projectIds, built: await buildDocument(tx, subject, options) };
  });
  const { model, host, project } = status;
  if (model === null || host === null || project === null) throw new AppError('conflict', ANALYSIS_OBSTACLES.no_worker);
  const expiresAt = new Date(now.getTime() + DRAFT_LIFE_MS);
  const documentHash = sha256(built.text);
  const documentBytes = Buffer.byteLength(built.text);
  const id = await inScope(ctx, actor, async (tx) => {
    // A person looks at one at a time.
    await sql`
      delete from analyses
      where organization_id = ${organizationId} and state = 'draft' and created_by = ${userId}`.execute(tx);
    const { rows } = await sql<{ id: number }>`
      insert into analyses (organization_id, created_by, created_at, period_from, period_to, project_ids, samples,
        sample_project_ids, document, document_hash, document_bytes, instructions_hash, names, model, host, usage_project_id,
        expires_at)
      values (${organizationId}, ${userId}, ${now}, ${period.from}, ${period.to}, ${projectIds}::integer[],
        ${built.samples.length}, ${built.sampleProjectIds}::integer[], ${built.text}, ${documentHash}, ${documentBytes},
        ${INSTRUCTIONS_HASH}, ${JSON.stringify(built.names)}::jsonb, ${model}, ${host}, ${project.id}, ${expiresAt})
      returning id`.execute(tx);
    return rows[0]?.id ?? 0;
  });
  return {
    id,
    document: built.text,
    documentHash,
    documentBytes,
    instructions: INSTRUCTIONS,
    answerForm: JSON.stringify(ANSWER_SCHEMA, null, 2),
    model,
    host,
    samples: built.samples,
    estimate: await estimate(ctx, organizationId, model, built),
    expiresAt: expiresAt.toISOString(),
  };
}

/** What one request may cost at most; a repair asks once more. */
async function estimate(
  ctx: Context,
  organizationId: number,
  model: string,
  built: BuiltDocument,
): Promise<AnalysisPreview['estimate']> {
  const bytes = Buffer.byteLength(built.text) + INSTRUCTIONS.length + JSON.stringify(ANSWER_SCHEMA).length;
  const inputTokens = Math.ceil(bytes / BYTES_PER_TOKEN);
  const catalog = await inScope(ctx, { organizationId }, (tx) => loadOrganizationCatalog(tx, organizationId));
  const metered = meterCall(
    { model, usage: { input_tokens: inputTokens, output_tokens: MAX_OUTPUT_TOKENS } },
    { source: 'anthropic.messages', provider: 'anthropic', ts: ctx.clock.now(), catalog },
  );
  const total = 'code' in metered ? null : metered.totalPicoUsd;
  return { inputTokens, maxOutputTokens: MAX_OUTPUT_TOKENS, maxCost: total === null ? null : formatPicoUsd(total) };
}
