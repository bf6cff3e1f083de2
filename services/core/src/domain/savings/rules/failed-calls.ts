import { sql } from 'kysely';
import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import {
  count,
  featureName,
  figure,
  isWorthwhile,
  type Look,
  percent,
  recommend,
  shareOf,
  spotSums,
  usd,
} from '../look.ts';
import { ALL_TOKENS, bySpot, callsOf, readDearest, SPOT_COLUMNS, type Spot } from '../traffic.ts';

/** Failed calls of one spot and kind that cost something. */
interface Failed extends Spot {
  errorType: string;
  calls: bigint;
  costPicoUsd: bigint;
  tokens: bigint;
}

const MIN_CALLS = 10n;
/** Of what the spot costs. */
const MIN_SHARE = 0.01;

/** Calls that failed and were paid: broken streams, answers thrown away. */
export async function findFailedCalls(db: Db, look: Look): Promise<RecommendationDraft[]> {
  const failed = await readDearest<Failed>(
    db,
    sql`
    select ${SPOT_COLUMNS}, coalesce(c.error_type, '') as "errorType", count(*) as calls, sum(c.total_pico_usd) as cost,
      sum(${ALL_TOKENS}) as tokens
    from ${callsOf(look)} and c.status = 'error' and c.total_pico_usd > 0
    group by 1, 2, 3, 4`,
  );
  return judgeFailedCalls(look, failed);
}

/** @param failed paid calls that failed, the dearest kind first */
export function judgeFailedCalls(look: Look, failed: readonly Failed[]): RecommendationDraft[] {
  return bySpot(failed).flatMap(({ spot, rows }) => {
    const calls = rows.reduce((sum, row) => sum + row.calls, 0n);
    const cost = rows.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    const share = shareOf(cost, spotSums(look, spot)?.costPicoUsd ?? 0n);
    if (calls < MIN_CALLS || share < MIN_SHARE || !isWorthwhile(look, cost)) return [];
    const kinds = rows.slice(0, 3).map(({ errorType }) => errorType || 'an unnamed error');
    return [
      recommend(look, spot, {
        rule: 'failed_calls',
        title: `Keep ${featureName(spot)} from failing after it is paid`,
        what: [
          `${count(calls)} calls of ${featureName(spot)} on ${spot.model} failed and were paid all the same, with ${usd(cost)}: ${percent(share)} of what it costs.`,
          `Most often: ${kinds.join(', ')}.`,
        ],
        steps: [
          'Open the records and look at the kind of error and the latency.',
          'Broken streams and time-outs: give the client more time, and do not give up a stream that is still running.',
          'Requests that are refused for their size: check it before the call.',
        ],
        calls,
        tokens: rows.reduce((sum, row) => sum + row.tokens, 0n),
        costPicoUsd: cost,
        savingPicoUsd: cost,
        figures: [
          figure('share', 'Of the spend here', 'share', share),
          ...rows.slice(0, 3).map(({ errorType, calls: n }) => figure('errors', errorType || 'unnamed', 'calls', n)),
        ],
        confidence: 'high',
        effort: 'medium',
        risk: 'low',
        change: { kind: 'avoid' },
      }),
    ];
  });
}
