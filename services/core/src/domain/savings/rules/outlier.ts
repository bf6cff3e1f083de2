import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../../db/connection.ts';
import type { RecommendationDraft } from '../draft.ts';
import { count, featureName, figure, isWorthwhile, type Look, percent, recommend, shareOf, usd } from '../look.ts';
import { ALL_TOKENS, callsOf, SPOT_COLUMNS, type Spot } from '../traffic.ts';

type Kind = 'user' | 'key';

/** Who spends most on a feature, beside the others. */
export interface Top {
  kind: Kind;
  feature: string;
  /** A user, or the id of a key. */
  value: string;
  others: bigint;
  calls: bigint;
  tokens: bigint;
  costPicoUsd: bigint;
  /** Of whoever spends most after them. */
  nextPicoUsd: bigint;
  /** Of all together. */
  allPicoUsd: bigint;
  /** Where it is spent. */
  spots: (Spot & { costPicoUsd: bigint })[];
}

/** Between whom there are enough others to be out of line. */
const MIN_OTHERS = { user: 10n, key: 4n } as const;
/** Times what the next one spends: in any crowd the first is somewhat above the second. */
const OUT_OF_LINE = 4;
const MIN_SHARE = 0.2;
const MIN_CALLS = 30n;

const COLUMN: Record<Kind, RawBuilder<string | null>> = {
  user: sql`nullif(c.end_user, '')`,
  key: sql`c.key_id::text`,
};

/** One user or key that spends many times what anybody else does on the same feature. */
export async function findOutliers(db: Db, look: Look): Promise<RecommendationDraft[]> {
  const tops: Top[] = [];
  for (const kind of ['user', 'key'] as const) {
    for (const top of await readTops(db, look, kind)) {
      if (isOutOfLine(look, top)) tops.push({ ...top, spots: await readSpotsOf(db, look, top) });
    }
  }
  return judgeOutliers(look, tops);
}

async function readTops(db: Db, look: Look, kind: Kind): Promise<Top[]> {
  const { rows } = await sql<
    Record<'feature' | 'value', string> & Record<'others' | 'calls' | 'tokens' | 'cost' | 'next' | 'all', bigint>
  >`
    with spenders as (
      select coalesce(c.feature, '') as feature, ${COLUMN[kind]} as value, count(*) as calls, sum(${ALL_TOKENS}) as tokens,
        sum(c.total_pico_usd) as cost
      from ${callsOf(look)} and ${COLUMN[kind]} is not null and c.total_pico_usd > 0
      group by 1, 2),
    ranked as (
      select feature, value, calls, tokens, cost, row_number() over most as place, lead(cost, 1, 0::numeric) over most as next,
        count(*) over (partition by feature) - 1 as others, sum(cost) over (partition by feature) as all_cost
      from spenders
      window most as (partition by feature order by cost desc, value))
    select feature, value, others, calls, tokens, cost, next, all_cost as all from ranked
    where place = 1
    order by cost desc
    limit 1000`.execute(db);
  return rows.map(({ feature, value, others, calls, tokens, cost, next, all }) => ({
    ...{ kind, feature, value, others, calls, tokens },
    costPicoUsd: cost,
    nextPicoUsd: next,
    allPicoUsd: all,
    spots: [],
  }));
}

async function readSpotsOf(db: Db, look: Look, { kind, feature, value }: Top): Promise<Top['spots']> {
  const { rows } = await sql<Spot & { cost: bigint }>`
    select ${SPOT_COLUMNS}, sum(c.total_pico_usd) as cost
    from ${callsOf(look)} and coalesce(c.feature, '') = ${feature} and ${COLUMN[kind]} = ${value}
    group by 1, 2, 3
    order by cost desc
    limit 100`.execute(db);
  return rows.map(({ cost, ...spot }) => ({ ...spot, costPicoUsd: cost }));
}

function isOutOfLine(look: Look, top: Top): boolean {
  return (
    top.others >= MIN_OTHERS[top.kind] &&
    top.calls >= MIN_CALLS &&
    top.costPicoUsd >= BigInt(OUT_OF_LINE) * top.nextPicoUsd &&
    shareOf(top.costPicoUsd, top.allPicoUsd) >= MIN_SHARE &&
    isWorthwhile(look, top.costPicoUsd - top.nextPicoUsd)
  );
}

export function judgeOutliers(look: Look, tops: readonly Top[]): RecommendationDraft[] {
  return tops.flatMap((top) => {
    if (!isOutOfLine(look, top)) return [];
    const { kind, value, feature, calls, tokens, costPicoUsd: cost, nextPicoUsd: next } = top;
    const saving = cost - next;
    const who = kind === 'user' ? `user ${value}` : `key ${value}`;
    const share = shareOf(cost, top.allPicoUsd);
    return [
      recommend(
        look,
        { feature, provider: '', model: '' },
        {
          rule: 'outlier',
          detail: `${kind}:${value}`,
          title: `Look at what one ${kind} does with ${featureName({ feature })}`,
          what: [
            `The ${who} spent ${usd(cost)} on ${featureName({ feature })}, ${percent(share)} of all, and the next after them ${usd(next)}. There are ${count(top.others)} others.`,
            'The saving is what is above the next one. It may be right as it is: a large customer, a migration.',
          ],
          steps: [
            'Open the records: is it a loop, a script, somebody who shares their access?',
            `Give this ${kind} a budget; one that blocks stops a loop by itself.`,
          ],
          calls,
          tokens,
          costPicoUsd: cost,
          savingPicoUsd: saving,
          figures: [
            figure('share', 'Of the spend of the feature', 'share', share),
            figure('next', 'The next one', 'usd', next),
            figure('others', `Other ${kind}s`, 'number', top.others),
          ],
          confidence: 'low',
          effort: 'low',
          risk: 'medium',
          scope: kind === 'user' ? { user: value } : { keyId: Number(value) },
          impact: top.spots.map((spot) => ({
            ...spot,
            costPicoUsd:
              look.spots.get(JSON.stringify([spot.feature, spot.provider, spot.model]))?.costPicoUsd ??
              spot.costPicoUsd,
            savingPicoUsd: (spot.costPicoUsd * saving) / (cost === 0n ? 1n : cost),
          })),
          change: { kind: 'avoid' },
        },
      ),
    ];
  });
}
