import { sql } from 'kysely';
import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { count, featureName, figure, isWorthwhile, type Look, recommend, savingOf, shareOf } from '../look.ts';
import {
  BY_TRAFFIC,
  bySpot,
  callsOf,
  SUM_COLUMNS,
  TRAFFIC_COLUMNS,
  type Traffic,
  type TrafficRow,
  tokensOf,
  toTraffic,
} from '../traffic.ts';

interface Reasoning extends Traffic {
  /** Thinking beyond `KEPT` times the visible answer, call by call. */
  excess: bigint;
  effort: string;
}

/** Thinking this many times as long as the answer is out of proportion. */
const OUT_OF_PROPORTION = 5;
/** What would be left of it. */
const KEPT = 2n;
const MIN_CALLS = 50n;

/** Thinking that is out of proportion to the answers, where a lower effort can be asked for. */
export async function findReasoningEffort(db: Db, look: Look): Promise<RecommendationDraft[]> {
  const { rows } = await sql<TrafficRow & { excess: bigint; effort: string }>`
    select ${TRAFFIC_COLUMNS}, coalesce(max(c.reasoning_effort), '') as effort, ${SUM_COLUMNS},
      sum(greatest(c.reasoning_tokens - ${KEPT}::bigint * coalesce(c.output_tokens, 0), 0)) as excess
    from ${callsOf(look)} and c.status = 'ok' and c.reasoning_tokens > 0
      and lower(coalesce(c.reasoning_effort, '')) not in ('none', 'minimal', 'low')
      and lower(coalesce(c.finish_reason, '')) not in ('tool_calls', 'tool_use')
    group by ${BY_TRAFFIC}
    order by excess desc
    limit 5000`.execute(db);
  return judgeReasoningEffort(
    look,
    rows.map((row) => ({ ...toTraffic(row), excess: row.excess, effort: row.effort })),
  );
}

/** @param thinking sums of the calls that think at more than a low effort */
export function judgeReasoningEffort(look: Look, thinking: readonly Reasoning[]): RecommendationDraft[] {
  return bySpot(thinking).flatMap(({ spot, rows }) => {
    const sum = (of: (row: Reasoning) => bigint) => rows.reduce((total, row) => total + of(row), 0n);
    const calls = sum((row) => row.calls);
    const thought = sum(({ tokens }) => tokens.reasoning ?? 0n);
    const said = sum(({ tokens }) => tokens.output ?? 0n);
    if (calls < MIN_CALLS || shareOf(thought, said) < OUT_OF_PROPORTION) return [];
    let saving = 0n;
    for (const row of rows) {
      const reasoning = (row.tokens.reasoning ?? 0n) - row.excess;
      const saved = savingOf(look, row, { ...row, tokens: { ...row.tokens, reasoning } });
      if (saved === undefined) return [];
      saving += saved;
    }
    if (!isWorthwhile(look, saving)) return [];
    const effort = rows[0]?.effort ?? '';
    const excess = sum((row) => row.excess);
    return [
      recommend(look, spot, {
        rule: 'reasoning_effort',
        title: `Let ${featureName(spot)} think less`,
        what: [
          `${featureName(spot)} on ${spot.model} thinks ${shareOf(thought, said).toFixed(0)} times as much as it answers: ${count(thought / calls)} tokens a call, for answers of ${count(said / calls)}${effort === '' ? '' : `, at the effort “${effort}”`}.`,
          `The saving is for thinking at most ${KEPT} times as long as the answer, which is what lower efforts usually come to. Answers can get worse: compare them.`,
        ],
        steps: [
          'Ask for the next lower effort, or set a budget for thinking, in a part of the traffic.',
          'Compare the answers. Go one further down while they stay as good.',
        ],
        snippet: {
          language: 'diff',
          code: `- reasoning: { effort: '${effort || 'high'}' },\n+ reasoning: { effort: 'low' },`,
        },
        calls,
        tokens: sum((row) => tokensOf(row.tokens)),
        costPicoUsd: sum((row) => row.costPicoUsd),
        savingPicoUsd: saving,
        figures: [
          figure('reasoning', 'Thinking', 'tokens', thought),
          figure('output', 'Answers', 'tokens', said),
          figure('excess', 'Beyond proportion', 'share', shareOf(excess, thought)),
        ],
        confidence: effort === '' ? 'low' : 'medium',
        effort: 'low',
        risk: 'medium',
        scope: effort === '' ? undefined : { reasoningEffort: effort },
        change: { kind: 'tokens', tokenClass: 'reasoning', factor: 1 - shareOf(excess, thought) },
      }),
    ];
  });
}
