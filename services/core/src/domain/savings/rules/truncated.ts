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
import { bySpot, readTraffic, type Traffic, tokensOf } from '../traffic.ts';

/**
 * How providers say that an answer was cut: OpenAI, Anthropic, Gemini and Bedrock in their documents of the finish reason.
 * https://platform.openai.com/docs/api-reference/chat/object, https://docs.claude.com/en/api/messages (stop_reason),
 * https://ai.google.dev/api/generate-content#FinishReason
 */
const IS_CUT = sql`lower(coalesce(c.finish_reason, '')) in ('length', 'max_tokens', 'max_output_tokens', 'model_length')`;

const MIN_CALLS = 20n;
/** Of a feature's calls; a few cut answers are everywhere. */
const MIN_SHARE = 0.03;

/** Answers cut at the limit: paid, and rarely of use. */
export async function findTruncated(db: Db, look: Look): Promise<RecommendationDraft[]> {
  return judgeTruncated(look, await readTraffic(db, look, sql`c.status = 'ok' and ${IS_CUT}`));
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
