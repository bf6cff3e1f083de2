import type { Context } from '../../context.ts';
import type { Catalog } from '../../cost/catalog.ts';
import type { Tx } from '../../db/scope.ts';
import { findClosedProjects } from '../projects/closed-projects.ts';
import { isRefused, prepareRecord } from '../usage/prepare-record.ts';
import { writeRecords } from '../usage/write-records.ts';
import type { ClaudeUsage } from './claude.ts';

/** Under which an organization finds what its analyses cost. */
const ANALYSIS_FEATURE = 'tokengrip-analysis';

export interface OwnUsage {
  inputTokens: bigint;
  outputTokens: bigint;
  /** `null` where the model has no price. */
  costPicoUsd: bigint | null;
}

/**
 * Records what a request to Claude used as a call of the organization, read and priced like any other, in the transaction
 * that says that the request is over: neither twice, nor never. Where the project takes no records any more, only the
 * analysis says what it cost.
 */
export async function recordOwnUsage(
  ctx: Context,
  tx: Tx,
  catalog: Catalog,
  { projectId, used, failure }: { projectId: number | null; used: ClaudeUsage; failure?: string | undefined },
): Promise<OwnUsage> {
  const now = ctx.clock.now();
  const record = prepareRecord(
    {
      source: 'anthropic.messages',
      model: used.model,
      usage: used.usage,
      timestamp: new Date(now.getTime()).toISOString(),
      latencyMs: used.latencyMs,
      ...(used.timeToFirstTokenMs === null ? {} : { timeToFirstTokenMs: used.timeToFirstTokenMs }),
      streamed: true,
      interactive: false,
      status: failure === undefined ? 'ok' : 'error',
      ...(failure === undefined ? {} : { errorType: failure }),
      responseId: used.messageId,
      feature: ANALYSIS_FEATURE,
    },
    { owner: { projectId: projectId ?? 0, keyId: null, captureContent: false, retentionDays: 1 }, catalog, now },
  );
  // A gateway in between may say what no provider does; the analysis is none the worse for it.
  if (isRefused(record)) {
    ctx.log.warn({ field: record.field, code: record.code }, 'the usage of an analysis cannot be read');
    return { inputTokens: 0n, outputTokens: 0n, costPicoUsd: null };
  }
  if (projectId !== null && !(await findClosedProjects(tx, [projectId])).has(projectId)) {
    await writeRecords(tx, [record]);
  }
  const isOutput = (column: string) => column.startsWith('output') || column.startsWith('reasoning');
  const sum = (output: boolean) =>
    Object.entries(record.tokens).reduce((total, [column, n]) => total + (isOutput(column) === output ? n : 0), 0);
  return {
    inputTokens: BigInt(sum(false)),
    outputTokens: BigInt(sum(true)),
    costPicoUsd: record.totalPicoUsd,
  };
}
