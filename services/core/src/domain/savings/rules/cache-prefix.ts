import { sql } from 'kysely';
import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { placeOf } from '../families.ts';
import { count, featureName, figure, isWorthwhile, type Look, percent, recommend, savingOf, shareOf } from '../look.ts';
import { bandOf } from '../rates.ts';
import { bySpot, CACHED, callsOf, PROMPT, SPOT_COLUMNS, type Spot } from '../traffic.ts';

/** Calls that begin alike and are priced alike. */
interface Prefix extends Spot {
  tier: string | null;
  region: string | null;
  speed: string | null;
  calls: bigint;
  costPicoUsd: bigint;
  tokens: bigint;
  /** The shortest prompt among them: the common beginning is at most as long. */
  prefixTokens: number;
  /** Calls that came within the time that a cache is kept after the one before. */
  within5m: bigint;
  within1h: bigint;
}

/** The shortest prompt that any provider caches by mark. */
const SHORTEST = 512;
const MIN_CALLS = 20;
const MIN_SAVED = 0.05;

/** Long beginnings of prompts that come again and again and are paid in full each time. */
export async function findCachePrefix(db: Db, look: Look): Promise<RecommendationDraft[]> {
  const { rows } = await sql<Omit<Prefix, 'costPicoUsd'> & { cost: bigint }>`
    with seen as (
      select ${SPOT_COLUMNS}, coalesce(c.service_tier, c.requested_tier) as tier, c.region, c.speed, c.prefix_hash,
        c.total_pico_usd as cost, ${PROMPT} as prompt, ${CACHED} as cached,
        c.ts - lag(c.ts) over (partition by c.provider, c.model, c.prefix_hash order by c.ts) as since
      from ${callsOf(look)} and c.prefix_hash is not null and c.status = 'ok')
    select feature, provider, model, tier, region, speed, count(*) as calls, sum(cost) as cost, sum(prompt) as tokens,
      min(prompt)::integer as "prefixTokens",
      count(*) filter (where since <= interval '5 minutes') as "within5m",
      count(*) filter (where since <= interval '1 hour') as "within1h"
    from seen
    group by feature, provider, model, tier, region, speed, prefix_hash
    having count(*) >= ${MIN_CALLS} and min(prompt) >= ${SHORTEST} and sum(cached) = 0
    order by sum(cost) desc
    limit 5000`.execute(db);
  return judgeCachePrefix(
    look,
    rows.map(({ cost, ...row }) => ({ ...row, costPicoUsd: cost })),
  );
}

export function judgeCachePrefix(look: Look, prefixes: readonly Prefix[]): RecommendationDraft[] {
  return bySpot(prefixes).flatMap(({ spot, rows }) => {
    const member = look.names.memberOf(spot);
    // Where caching needs no mark there is nothing to switch on.
    if (member === undefined || placeOf(member)?.family.markedCaching !== true) return [];
    const shortest =
      look.names.entryOf({ ...spot, region: rows[0]?.region ?? null }, look.now)?.limits?.promptCacheMinTokens ?? 1_024;
    const long = rows.filter(({ prefixTokens }) => prefixTokens >= shortest);
    const [best] = (['5m', '1h'] as const)
      .map((ttl) => ({ ttl, saving: long.reduce((sum, row) => sum + cachingSaves(look, row, ttl), 0n) }))
      .sort((a, b) => Number(b.saving - a.saving));
    const cost = long.reduce((sum, row) => sum + row.costPicoUsd, 0n);
    if (!best || !isWorthwhile(look, best.saving) || shareOf(best.saving, cost) < MIN_SAVED) return [];
    const calls = long.reduce((sum, row) => sum + row.calls, 0n);
    const warm = long.reduce((sum, row) => sum + (best.ttl === '5m' ? row.within5m : row.within1h), 0n);
    const prefixTokens = Math.max(...long.map((row) => row.prefixTokens));
    return [
      recommend(look, spot, {
        rule: 'cache_prefix',
        title: `Cache the beginning of the prompts of ${featureName(spot)}`,
        what: [
          `${count(calls)} calls of ${featureName(spot)} on ${spot.model} begin with the same text, up to ${count(prefixTokens)} tokens long, and pay for it in full each time.`,
          `${percent(shareOf(warm, calls))} of them come within ${best.ttl === '5m' ? 'five minutes' : 'an hour'} of the one before, and would read it from the cache.`,
          'How long the common beginning is, is taken from the shortest prompt; the calls without a warm cache are counted with what writing it costs.',
        ],
        steps: [
          'Put what is the same in all calls first: instructions, tools, examples.',
          `Mark its end for caching, ${best.ttl === '5m' ? 'for five minutes' : 'for an hour'}.`,
          'Look at the cache hit rate a day later.',
        ],
        snippet: {
          language: 'ts',
          code: `system: [{\n  type: 'text',\n  text: instructions,\n  cache_control: { type: 'ephemeral'${best.ttl === '1h' ? ", ttl: '1h'" : ''} },\n}],`,
        },
        calls,
        tokens: long.reduce((sum, row) => sum + row.tokens, 0n),
        costPicoUsd: cost,
        savingPicoUsd: best.saving,
        figures: [
          figure('prefix', 'Common beginning, at most', 'tokens', prefixTokens),
          figure('warm', 'Would find it in the cache', 'share', shareOf(warm, calls)),
        ],
        confidence: 'medium',
        effort: 'low',
        risk: 'low',
        change: { kind: 'cache', ttl: best.ttl, prefixTokens },
      }),
    ];
  });
}

/** Each call reads the beginning where the one before was near enough, and writes it otherwise; a read keeps it warm. */
function cachingSaves(look: Look, row: Prefix, ttl: '5m' | '1h'): bigint {
  const use = { ...row, band: bandOf(row.prefixTokens) };
  const length = BigInt(row.prefixTokens);
  const warm = ttl === '5m' ? row.within5m : row.within1h;
  const written = (row.calls - warm) * length;
  return (
    savingOf(
      look,
      { ...use, tokens: { input: row.calls * length } },
      { ...use, tokens: { cacheRead: warm * length, [ttl === '5m' ? 'cacheWrite5m' : 'cacheWrite1h']: written } },
    ) ?? 0n
  );
}
