import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { placeOf } from '../families.ts';
import { count, featureName, figure, isWorthwhile, type Look, percent, recommend, savingOf, shareOf } from '../look.ts';
import type { Tokens } from '../rates.ts';
import { bySpot, type Traffic, tokensOf } from '../traffic.ts';

/** Of what the calls cost: around zero it comes and goes. */
const MIN_LOSS = 0.03;
const MIN_CALLS = 30n;

/** Caching that costs more than it saves: what is written is not read often enough. */
export function findCacheLoss(_db: Db, look: Look): RecommendationDraft[] {
  return judgeCacheLoss(
    look,
    look.traffic.filter(({ cached }) => cached),
  );
}

/** @param cached sums of the calls that read or wrote a cache */
export function judgeCacheLoss(look: Look, cached: readonly Traffic[]): RecommendationDraft[] {
  return bySpot(cached).flatMap(({ spot, rows }) => {
    const member = look.names.memberOf(spot);
    // What a provider caches by itself cannot be switched off.
    if (member === undefined || placeOf(member)?.family.markedCaching !== true) return [];
    let loss = 0n;
    for (const row of rows) {
      const difference = savingOf(look, row, { ...row, tokens: withoutCache(row.tokens) });
      if (difference === undefined) return [];
      loss += difference;
    }
    const calls = rows.reduce((sum, row) => sum + row.calls, 0n);
    const cost = rows.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    if (calls < MIN_CALLS || !isWorthwhile(look, loss) || shareOf(loss, cost) < MIN_LOSS) return [];
    const written = rows.reduce(
      (sum, { tokens }) => sum + (tokens.cacheWrite5m ?? 0n) + (tokens.cacheWrite1h ?? 0n),
      0n,
    );
    const read = rows.reduce((sum, { tokens }) => sum + (tokens.cacheRead ?? 0n), 0n);
    return [
      recommend(look, spot, {
        rule: 'cache_loss',
        title: `Stop caching the prompts of ${featureName(spot)}`,
        what: [
          `${featureName(spot)} on ${spot.model} wrote ${count(written)} tokens to the cache and read ${count(read)} from it.`,
          `Writing costs more than plain input, and here it is not earned back: without caching the calls would have cost ${percent(shareOf(loss, cost))} less.`,
        ],
        steps: [
          'Take the cache marks out of these calls.',
          'Or make the cached part come again sooner: put what is the same in all calls first, and mark only that.',
        ],
        snippet: {
          language: 'diff',
          code: "  system: [{ type: 'text', text: instructions,\n-   cache_control: { type: 'ephemeral' } }],\n+ }],",
        },
        calls,
        tokens: rows.reduce((sum, row) => sum + tokensOf(row.tokens), 0n),
        costPicoUsd: cost,
        savingPicoUsd: loss,
        figures: [
          figure('written', 'Written to the cache', 'tokens', written),
          figure('read', 'Read from the cache', 'tokens', read),
        ],
        confidence: 'high',
        effort: 'low',
        risk: 'low',
        change: { kind: 'cache', ttl: 'none' },
      }),
    ];
  });
}

function withoutCache({ cacheRead = 0n, cacheWrite5m = 0n, cacheWrite1h = 0n, input = 0n, ...others }: Tokens): Tokens {
  return { ...others, input: input + cacheRead + cacheWrite5m + cacheWrite1h };
}
