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
import { bySpot, type Traffic, tokensOf } from '../traffic.ts';

const MIN_CALLS = 20n;
/** Of a feature's calls; a few cut answers are everywhere. */
const MIN_SHARE = 0.03;

/** Answers cut at the limit: paid, and rarely of use. */
export function findTruncated(_db: Db, look: Look): RecommendationDraft[] {
  return judgeTruncated(
    look,
    look.traffic.filter(({ cut }) => cut),
  );
}

/** @param cut sums of the calls whose answer was cut */
export function judgeTruncated(look: Look, cut: readonly Traffic[]): RecommendationDraft[] {
  return bySpot(cut).flatMap(({ spot, rows }) => {
    const calls = rows.reduce((sum, row) => sum + row.calls, 0n);
    const cost = rows.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    const share = shareOf(calls, spotSums(look, spot)?.okCalls ?? 0n);
    if (calls < MIN_CALLS || share < MIN_SHARE || !isWorthwhile(look, cost)) return [];
    return [
      recommend(look, spot, {
        rule: 'truncated',
        title: `Let the answers of ${featureName(spot)} come to their end`,
        what: [
          `${count(calls)} answers of ${featureName(spot)} on ${spot.model} (${percent(share)}) were cut at the limit of output tokens. They were paid with ${usd(cost)}.`,
          'The saving is all of that: it holds where a cut answer is of no use. Where you use it anyway, leave it as it is.',
        ],
        steps: [
          'Look at some of these records: does the program use a cut answer, or throw it away?',
          'Raise the limit of output tokens, or ask for shorter answers in the instructions.',
          'With a model that thinks, the limit covers the thinking too: leave room for it.',
        ],
        snippet: { language: 'diff', code: '- max_tokens: 1024,\n+ max_tokens: 4096,' },
        calls,
        tokens: rows.reduce((sum, row) => sum + tokensOf(row.tokens), 0n),
        costPicoUsd: cost,
        savingPicoUsd: cost,
        figures: [figure('share', 'Of the calls, cut', 'share', share)],
        confidence: 'medium',
        effort: 'low',
        risk: 'low',
        change: { kind: 'avoid' },
      }),
    ];
  });
}
