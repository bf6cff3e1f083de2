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
  savingOf,
  shareOf,
  spotSums,
} from '../look.ts';
import {
  BY_TRAFFIC,
  bySpot,
  inSpan,
  SUM_COLUMNS,
  TRAFFIC_COLUMNS,
  type Traffic,
  type TrafficRow,
  tokensOf,
  toTraffic,
} from '../traffic.ts';

interface LongAnswers extends Traffic {
  /** Visible tokens above the median of the spot. */
  excess: bigint;
}

/** Times the median; a natural spread reaches it in one call of hundreds. */
const FAR = 8;
/** Below that many tokens nothing is long. */
const MIN_TOKENS = 400;
const MIN_CALLS = 20n;
/** Of all the spot's visible output. */
const MIN_SHARE = 0.15;

/** Answers far above what the feature answers otherwise: runaway generations, lists without end. */
export async function findLongAnswers(db: Db, look: Look): Promise<RecommendationDraft[]> {
  const spots = [...look.spots.values()].filter(({ medianOutput }) => medianOutput > 0);
  if (spots.length === 0) return [];
  const { rows } = await sql<TrafficRow & { excess: bigint }>`
    select ${TRAFFIC_COLUMNS}, ${SUM_COLUMNS}, sum(c.output_tokens - m.median) as excess
    from usage_calls c
    join unnest(${spots.map(({ feature }) => feature)}::text[], ${spots.map(({ provider }) => provider)}::text[],
        ${spots.map(({ model }) => model)}::text[], ${spots.map(({ medianOutput }) => medianOutput)}::integer[])
      as m (feature, provider, model, median)
      on m.feature = coalesce(c.feature, '') and m.provider = c.provider and m.model = c.model
    where ${inSpan(look)} and c.status = 'ok' and c.output_tokens >= ${MIN_TOKENS} and c.output_tokens > ${FAR} * m.median
    group by ${BY_TRAFFIC}
    order by excess desc
    limit 5000`.execute(db);
  return judgeLongAnswers(
    look,
    rows.map((row) => ({ ...toTraffic(row), excess: row.excess })),
  );
}

/** @param long sums of the calls whose answer is far above the spot's median */
export function judgeLongAnswers(look: Look, long: readonly LongAnswers[]): RecommendationDraft[] {
  return bySpot(long).flatMap(({ spot, rows }) => {
    const sums = spotSums(look, spot);
    if (sums === undefined) return [];
    const calls = rows.reduce((sum, row) => sum + row.calls, 0n);
    const output = rows.reduce((sum, { tokens }) => sum + (tokens.output ?? 0n), 0n);
    const share = shareOf(output, sums.outputTokens);
    if (calls < MIN_CALLS || share < MIN_SHARE) return [];
    let saving = 0n;
    for (const row of rows) {
      const kept = (row.tokens.output ?? 0n) - row.excess;
      const saved = savingOf(look, row, { ...row, tokens: { ...row.tokens, output: kept } });
      if (saved === undefined) return [];
      saving += saved;
    }
    if (!isWorthwhile(look, saving)) return [];
    return [
      recommend(look, spot, {
        rule: 'long_answers',
        title: `Bound the length of the answers of ${featureName(spot)}`,
        what: [
          `Half of the answers of ${featureName(spot)} on ${spot.model} have at most ${count(sums.medianOutput)} tokens; ${count(calls)} are more than ${FAR} times as long, and make up ${percent(share)} of all its output.`,
          'The saving is what these answers have above the median.',
        ],
        steps: [
          'Open the longest of them: do they repeat themselves, or answer more than was asked?',
          'Say in the instructions how long an answer may be.',
          'Set a limit of output tokens well above the usual, so that only runaways are cut.',
        ],
        snippet: { language: 'diff', code: `+ max_tokens: ${Math.max(256, sums.medianOutput * 4)},` },
        calls,
        tokens: rows.reduce((sum, row) => sum + tokensOf(row.tokens), 0n),
        costPicoUsd: rows.reduce((sum, row) => sum + row.costPicoUsd, 0n),
        savingPicoUsd: saving,
        figures: [
          figure('median', 'Median answer', 'tokens', sums.medianOutput),
          figure('mean', 'Mean of the long ones', 'tokens', Number(output / calls)),
          figure('share', 'Of all output', 'share', share),
        ],
        confidence: 'medium',
        effort: 'low',
        risk: 'medium',
        change: {
          kind: 'tokens',
          tokenClass: 'output',
          factor:
            1 -
            shareOf(
              rows.reduce((sum, { excess }) => sum + excess, 0n),
              sums.outputTokens,
            ),
        },
      }),
    ];
  });
}
