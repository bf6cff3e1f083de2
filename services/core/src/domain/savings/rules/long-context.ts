import { sql } from 'kysely';
import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { count, featureName, figure, isWorthwhile, type Look, percent, recommend, savingOf, shareOf } from '../look.ts';
import { bandOf } from '../rates.ts';
import {
  BY_TRAFFIC,
  bySpot,
  inSpan,
  PROMPT,
  SUM_COLUMNS,
  TRAFFIC_COLUMNS,
  type Traffic,
  type TrafficRow,
  tokensOf,
  toTraffic,
} from '../traffic.ts';

interface Crossing extends Traffic {
  /** Tokens of a prompt above which the whole call is dearer. */
  threshold: number;
  /** Tokens above it, of all these calls. */
  excess: bigint;
}

/** A crossing by less than this share of the threshold is a small one. */
const MARGIN = 0.1;
const MIN_CALLS = 10n;

/** The size from which on a price list has other rates, in a field's name. */
const SIZE_FIELD = /^input_cost_per_token_above_(\d+)k_tokens$/;

/** Prompts that are only a little longer than the size from which on every token costs more. */
export async function findLongContext(db: Db, look: Look): Promise<RecommendationDraft[]> {
  const bounds = [...look.spots.values()].flatMap(({ provider, model }) =>
    Object.keys(look.names.entryOf({ provider, model }, look.now)?.rates ?? {}).flatMap((field) => {
      const [, thousands] = SIZE_FIELD.exec(field) ?? [];
      return thousands === undefined ? [] : [JSON.stringify([provider, model, Number(thousands) * 1_000])];
    }),
  );
  if (bounds.length === 0) return [];
  const unique = [...new Set(bounds)].map((text) => JSON.parse(text) as [string, string, number]);
  const { rows } = await sql<TrafficRow & { threshold: number; excess: bigint }>`
    select ${TRAFFIC_COLUMNS}, b.threshold, ${SUM_COLUMNS}, sum(${PROMPT} - b.threshold) as excess
    from usage_calls c
    join unnest(${unique.map(([provider]) => provider)}::text[], ${unique.map(([, model]) => model)}::text[],
        ${unique.map(([, , threshold]) => threshold)}::integer[]) as b (provider, model, threshold)
      on b.provider = c.provider and b.model = c.model
    where ${inSpan(look)} and c.status = 'ok' and ${PROMPT} > b.threshold and ${PROMPT} <= b.threshold * ${1 + MARGIN}::numeric
    group by ${BY_TRAFFIC}, b.threshold
    order by cost desc
    limit 5000`.execute(db);
  return judgeLongContext(
    look,
    rows.map((row) => ({ ...toTraffic(row), threshold: row.threshold, excess: row.excess })),
  );
}

/** @param crossings sums of the calls that are a little above a threshold of their model */
export function judgeLongContext(look: Look, crossings: readonly Crossing[]): RecommendationDraft[] {
  return bySpot(crossings).flatMap(({ spot, rows }) => {
    const calls = rows.reduce((sum, row) => sum + row.calls, 0n);
    if (calls < MIN_CALLS) return [];
    let saving = 0n;
    for (const row of rows) {
      const input = row.tokens.input ?? 0n;
      // What is cut out is what was not cached; a prompt that is all cached cannot be shortened that way.
      if (input < row.excess) return [];
      const shorter = { ...row, band: bandOf(row.threshold), tokens: { ...row.tokens, input: input - row.excess } };
      const saved = savingOf(look, { ...row, band: bandOf(row.threshold + 1) }, shorter);
      if (saved === undefined) return [];
      saving += saved;
    }
    if (!isWorthwhile(look, saving)) return [];
    const cost = rows.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    const excess = rows.reduce((sum, row) => sum + row.excess, 0n);
    const threshold = rows[0]?.threshold ?? 0;
    return [
      recommend(look, spot, {
        rule: 'long_context',
        title: `Keep the prompts of ${featureName(spot)} below ${count(threshold)} tokens`,
        what: [
          `${count(calls)} prompts of ${featureName(spot)} on ${spot.model} are a little longer than ${count(threshold)} tokens, by ${count(excess / calls)} on average. Above that size every token of the call costs more.`,
          `Cut to that size they would have cost ${percent(shareOf(saving, cost))} less.`,
        ],
        steps: [
          'Count the tokens before the call.',
          `Leave out the least useful part of what is above ${count(threshold)} tokens: the oldest turns, the last search results.`,
        ],
        snippet: {
          language: 'ts',
          code: `while (countTokens(messages) > ${threshold.toLocaleString('en-US').replaceAll(',', '_')}) messages.splice(1, 1);`,
        },
        calls,
        tokens: rows.reduce((sum, row) => sum + tokensOf(row.tokens), 0n),
        costPicoUsd: cost,
        savingPicoUsd: saving,
        figures: [
          figure('threshold', 'Size from which on it costs more', 'tokens', threshold),
          figure('excess', 'Above it, on average', 'tokens', Number(excess / calls)),
        ],
        confidence: 'high',
        effort: 'medium',
        risk: 'low',
      }),
    ];
  });
}
