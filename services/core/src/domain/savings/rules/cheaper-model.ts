import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { smallerThan } from '../families.ts';
import { count, featureName, figure, isWorthwhile, type Look, percent, recommend, shareOf, spotSums } from '../look.ts';
import { bySpot, type Traffic, tokensOf } from '../traffic.ts';
import { SHORT } from '../traits.ts';
import { priceChanges, swapSnippet } from './model-change.ts';

const MIN_CALLS = 100n;
/** Of a feature's calls; less is a feature with some short calls, not a simple one. */
const MIN_SHARE = 0.8;
const MIN_SAVED = 0.2;

/** A smaller model of the family for short simple calls. */
export function findCheaperModel(_db: Db, look: Look): RecommendationDraft[] {
  return judgeCheaperModel(
    look,
    look.traffic.filter(({ simple }) => simple),
  );
}

/** @param simple sums of the short simple calls */
export function judgeCheaperModel(look: Look, simple: readonly Traffic[]): RecommendationDraft[] {
  return bySpot(simple).flatMap(({ spot, rows }) => {
    const all = spotSums(look, spot);
    const member = look.names.memberOf(spot);
    if (all === undefined || member === undefined) return [];
    const calls = rows.reduce((sum, row) => sum + row.calls, 0n);
    const cost = rows.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    const share = shareOf(calls, all.okCalls);
    if (calls < MIN_CALLS || share < MIN_SHARE) return [];
    const [smaller] = priceChanges(look, rows, spot, smallerThan(member));
    if (smaller === undefined || !isWorthwhile(look, smaller.savingPicoUsd)) return [];
    const saved = shareOf(smaller.savingPicoUsd, cost);
    if (saved < MIN_SAVED) return [];
    return [
      recommend(look, spot, {
        rule: 'cheaper_model',
        title: `Use ${smaller.model} for the short calls of ${featureName(spot)}`,
        what: [
          `${percent(share)} of the calls of ${featureName(spot)} on ${spot.model} are short and simple: at most ${count(SHORT.prompt)} tokens in and ${SHORT.output} out, without tools.`,
          `The next smaller model of the family would have cost ${percent(saved)} less for the same tokens.`,
          'Smaller models answer simple questions as well, and not all of yours may be simple: compare answers before you switch.',
        ],
        steps: [
          'Take some hundred real requests and compare the answers of both models.',
          `Switch ${featureName(spot)} over, at first for a part of the traffic.`,
          'Keep the larger model for the requests that need it, by a rule of yours.',
        ],
        snippet: swapSnippet(spot.model, smaller.model),
        calls,
        tokens: rows.reduce((sum, row) => sum + tokensOf(row.tokens), 0n),
        costPicoUsd: cost,
        savingPicoUsd: smaller.savingPicoUsd,
        figures: [
          figure('share', 'Of the calls, short and simple', 'share', share),
          figure('cost_then', `On ${smaller.model}`, 'usd', cost - smaller.savingPicoUsd),
          figure('model', 'Instead', 'text', smaller.model),
        ],
        confidence: 'medium',
        effort: 'low',
        risk: 'medium',
        change: smaller.change,
        alternative: 'model',
      }),
    ];
  });
}
