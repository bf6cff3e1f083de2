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

/** Calls that ask what was asked and answered before, word for word. */
interface Repeats extends Spot {
  /** Within minutes: a program that asked again. Later: a question that comes up again. */
  quick: boolean;
  calls: bigint;
  costPicoUsd: bigint;
  tokens: bigint;
}

const MIN_CALLS = 20n;
/** Of what the spot costs. */
const MIN_SHARE = 0.05;

/** The same request paid twice: again within five minutes of its answer (`retries`), or within a day (`duplicates`). */
export async function findRepeats(db: Db, look: Look): Promise<RecommendationDraft[]> {
  const repeats = await readDearest<Repeats>(
    db,
    sql`
    with asked as (
      select ${SPOT_COLUMNS}, c.total_pico_usd as cost, ${ALL_TOKENS} as tokens,
        c.ts - lag(c.ts) over (partition by c.request_hash, c.provider, c.model, coalesce(c.feature, '') order by c.ts) as since
      from ${callsOf(look)} and c.request_hash is not null and c.status = 'ok' and c.total_pico_usd > 0)
    select feature, provider, model, since <= interval '5 minutes' as quick, count(*) as calls, sum(cost) as cost,
      sum(tokens) as tokens
    from asked where since <= interval '24 hours'
    group by 1, 2, 3, 4`,
  );
  return judgeRepeats(look, repeats);
}

export function judgeRepeats(look: Look, repeats: readonly Repeats[]): RecommendationDraft[] {
  return bySpot(repeats).flatMap(({ spot, rows }) => {
    const sums = spotSums(look, spot);
    return rows.flatMap((row) => {
      const share = shareOf(row.costPicoUsd, sums?.costPicoUsd ?? 0n);
      if (row.calls < MIN_CALLS || share < MIN_SHARE || !isWorthwhile(look, row.costPicoUsd)) return [];
      const attempts = sums === undefined ? 0 : shareOf(sums.attempts, sums.calls);
      return [row.quick ? retries(look, spot, row, share, attempts) : duplicates(look, spot, row, share)];
    });
  });
}

function retries(look: Look, spot: Spot, row: Repeats, share: number, attempts: number): RecommendationDraft {
  return recommend(look, spot, {
    rule: 'retries',
    title: `Stop ${featureName(spot)} from asking again what is answered`,
    what: [
      `${count(row.calls)} calls of ${featureName(spot)} on ${spot.model} repeat a request word for word within five minutes of a first that succeeded. They cost ${usd(row.costPicoUsd)}, ${percent(share)} of all.`,
      'That happens when a client gives up waiting and asks again, or when two layers both try again.',
    ],
    steps: [
      'Compare the client’s time-out with the latency of these records: it should be longer than the slowest answers.',
      'Let only one layer try again: the provider’s library, or your own code.',
      'Where several answers to one question are wanted, ask for them in one call.',
    ],
    snippet: { language: 'ts', code: 'const client = new OpenAI({ timeout: 120_000, maxRetries: 2 });' },
    calls: row.calls,
    tokens: row.tokens,
    costPicoUsd: row.costPicoUsd,
    savingPicoUsd: row.costPicoUsd,
    figures: [
      figure('share', 'Of the spend here', 'share', share),
      figure('attempts', 'Attempts of a call, on average', 'number', attempts),
    ],
    confidence: 'medium',
    effort: 'medium',
    risk: 'low',
    change: { kind: 'avoid' },
  });
}

function duplicates(look: Look, spot: Spot, row: Repeats, share: number): RecommendationDraft {
  return recommend(look, spot, {
    rule: 'duplicates',
    title: `Remember the answers of ${featureName(spot)}`,
    what: [
      `${count(row.calls)} calls of ${featureName(spot)} on ${spot.model} ask word for word what was answered within the day before. They cost ${usd(row.costPicoUsd)}, ${percent(share)} of all.`,
      'An answer that is kept for a day would have served them.',
    ],
    steps: [
      'Decide for how long an answer stays true.',
      'Keep answers by a hash of the request, for that long; look there before you call.',
    ],
    snippet: {
      language: 'ts',
      code: "const key = createHash('sha256').update(JSON.stringify(request)).digest('hex');\nconst known = await cache.get(key);\nif (known) return known;",
    },
    calls: row.calls,
    tokens: row.tokens,
    costPicoUsd: row.costPicoUsd,
    savingPicoUsd: row.costPicoUsd,
    figures: [figure('share', 'Of the spend here', 'share', share)],
    confidence: 'high',
    effort: 'medium',
    risk: 'low',
    change: { kind: 'avoid' },
  });
}
