import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import type { RunRow } from './analysis-run.ts';
import type { Answer } from './answer-form.ts';
import { type PricedFinding, priceFinding } from './price-findings.ts';
import { type NameTable, namesIn } from './pseudonyms.ts';
import { recommend } from './recommend.ts';
import type { StoredResult } from './stored-result.ts';

/** Prices the findings, and makes recommendations of those that save something. */
export async function makeResult(
  ctx: Context,
  row: RunRow,
  answer: Answer,
  signal: AbortSignal,
): Promise<{ result: StoredResult; names: NameTable }> {
  const period = {
    organizationId: row.organization_id,
    from: row.period_from,
    to: row.period_to,
    projectIds: row.project_ids,
  };
  const priced: PricedFinding[] = [];
  for (const finding of answer.findings) {
    signal.throwIfAborted();
    const one = await priceFinding(ctx, period, finding, row.names, signal).catch((error: unknown) => {
      // A choice of calls that the engine does not take: the model's, not ours.
      if (error instanceof AppError && error.code === 'invalid_request') return undefined;
      throw error;
    });
    if (one) priced.push(one);
  }
  const ids = await recommend(ctx, period, priced, row.names);
  const result: StoredResult = {
    summary: answer.summary,
    findings: priced.map(({ finding }, i) => ({ ...finding, recommendationId: ids[i] ?? null })),
    discarded: answer.findings.length - priced.length,
  };
  return { result, names: namesIn(JSON.stringify(result), row.names) };
}
