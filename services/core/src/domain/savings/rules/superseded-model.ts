import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { successorsOf } from '../families.ts';
import { featureName, figure, isWorthwhile, type Look, percent, recommend, shareOf } from '../look.ts';
import { bySpot, type Traffic, tokensOf } from '../traffic.ts';
import { priceChanges, swapSnippet } from './model-change.ts';

/** Below this a change of the model is not worth its risk. */
const MIN_SAVED = 0.05;

/** A later model of the same size that costs less. */
export function findSupersededModel(_db: Db, look: Look): RecommendationDraft[] {
  return judgeSupersededModel(
    look,
    look.traffic.filter(({ ok }) => ok),
  );
}

export function judgeSupersededModel(look: Look, traffic: readonly Traffic[]): RecommendationDraft[] {
  return bySpot(traffic).flatMap(({ spot, rows }) => {
    const member = look.names.memberOf(spot);
    if (member === undefined) return [];
    const cost = rows.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    // The newest first, so that of two that cost the same the newer one is taken.
    const [best] = priceChanges(look, rows, spot, successorsOf(member)).sort((a, b) =>
      Number(b.savingPicoUsd - a.savingPicoUsd),
    );
    if (best === undefined || !isWorthwhile(look, best.savingPicoUsd)) return [];
    const saved = shareOf(best.savingPicoUsd, cost);
    if (saved < MIN_SAVED) return [];
    return [
      recommend(look, spot, {
        rule: 'superseded_model',
        title: `Move ${featureName(spot)} from ${spot.model} to ${best.model}`,
        what: [
          `${spot.model} has a successor of its size that costs ${percent(saved)} less for the same tokens: ${best.model}.`,
          'Its tokenizer may count the same text differently, and it may answer longer or shorter; the saving is for the tokens as they were.',
        ],
        steps: [
          'Read what its maker says about moving over: parameters can differ.',
          'Compare answers and token counts on some real requests.',
          `Switch ${featureName(spot)} over.`,
        ],
        snippet: swapSnippet(spot.model, best.model),
        calls: rows.reduce((sum, row) => sum + row.calls, 0n),
        tokens: rows.reduce((sum, row) => sum + tokensOf(row.tokens), 0n),
        costPicoUsd: cost,
        savingPicoUsd: best.savingPicoUsd,
        figures: [
          figure('cost_then', `On ${best.model}`, 'usd', cost - best.savingPicoUsd),
          figure('model', 'Instead', 'text', best.model),
        ],
        confidence: 'medium',
        effort: 'low',
        risk: 'low',
        change: best.change,
        alternative: 'model',
      }),
    ];
  });
}
