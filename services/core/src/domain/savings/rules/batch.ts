import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { count, featureName, figure, isWorthwhile, type Look, percent, recommend, savingOf, shareOf } from '../look.ts';
import { bySpot, type Traffic, tokensOf } from '../traffic.ts';

const MIN_CALLS = 50n;
const MIN_SAVED = 0.05;

/**
 * Batch or flex for traffic without a waiting user. What has no rate for the tier is priced as it is, so that a saving is never
 * more than the list says: nothing for first-party Claude, whose batches the list does not know.
 */
export function findBatch(_db: Db, look: Look): RecommendationDraft[] {
  const inBackground = look.traffic.filter(({ background }) => background);
  return judgeBatch(look, {
    alone: inBackground.filter(({ alone }) => alone),
    dependent: inBackground.filter(({ alone }) => !alone),
  });
}

const SNIPPETS = {
  batch: {
    language: 'ts',
    code: "const batch = await openai.batches.create({\n  input_file_id: file.id,\n  endpoint: '/v1/chat/completions',\n  completion_window: '24h',\n});",
  },
  flex: {
    language: 'diff',
    code: "  model,\n+ service_tier: 'flex',\n+ // Slower, and sometimes refused: wait longer and try again.\n+ timeout: 900_000,",
  },
};

/** @param traffic calls in the background: those that stand alone, and those of a conversation or stream */
export function judgeBatch(look: Look, traffic: { alone: Traffic[]; dependent: Traffic[] }): RecommendationDraft[] {
  return [...judge(look, traffic.alone, ['batch', 'flex']), ...judge(look, traffic.dependent, ['flex'])];
}

function judge(look: Look, traffic: readonly Traffic[], tiers: readonly ('batch' | 'flex')[]): RecommendationDraft[] {
  return bySpot(traffic).flatMap(({ spot, rows }) => {
    const calls = rows.reduce((sum, row) => sum + row.calls, 0n);
    const cost = rows.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    if (calls < MIN_CALLS) return [];
    const found = tiers
      .flatMap((tier) => {
        const savings = rows.map((row) => savingOf(look, row, { ...row, tier }));
        return savings.some((saving) => saving === undefined)
          ? []
          : [{ tier, saving: savings.reduce<bigint>((sum, saving) => sum + (saving ?? 0n), 0n) }];
      })
      .sort((a, b) => Number(b.saving - a.saving))[0];
    if (!found || !isWorthwhile(look, found.saving) || shareOf(found.saving, cost) < MIN_SAVED) return [];
    const { tier, saving } = found;
    return [
      recommend(look, spot, {
        rule: 'batch',
        detail: tiers.length === 1 ? 'dependent' : undefined,
        title: `Send ${featureName(spot)} as ${tier}`,
        what: [
          `Nobody waits for these ${count(calls)} calls of ${featureName(spot)} on ${spot.model}: they are sent as not interactive, and paid at the standard rate.`,
          `The ${tier} rate is ${percent(shareOf(saving, cost))} lower for the same tokens.`,
          tier === 'batch'
            ? 'A batch is answered within a day.'
            : 'Flex is slower, and sometimes refuses; a second try costs nothing.',
        ],
        steps:
          tier === 'batch'
            ? [
                'Make sure that the answers may come a day later.',
                'Collect the requests in a file and send them as one batch.',
              ]
            : [
                'Ask for the flex tier in these calls.',
                'Wait longer for the answer, and try again when it is refused.',
              ],
        snippet: spot.provider.includes('openai') ? SNIPPETS[tier] : undefined,
        calls,
        tokens: rows.reduce((sum, row) => sum + tokensOf(row.tokens), 0n),
        costPicoUsd: cost,
        savingPicoUsd: saving,
        figures: [figure('cost_then', `As ${tier}`, 'usd', cost - saving)],
        confidence: 'high',
        effort: tier === 'batch' ? 'medium' : 'low',
        risk: 'low',
        change: { kind: 'tier', tier },
      }),
    ];
  });
}
