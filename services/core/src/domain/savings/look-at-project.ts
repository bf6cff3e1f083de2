import { DAY, SECOND } from '../../clock.ts';
import type { Catalog } from '../../cost/catalog.ts';
import type { Db } from '../../db/connection.ts';
import type { RecommendationDraft } from './draft.ts';
import { type Look, perMonth } from './look.ts';
import { ModelNames } from './model-names.ts';
import { Rates } from './rates.ts';
import { RULES } from './rules/all-rules.ts';
import { readSpots, type Span, type SpotSums, spotKey } from './traffic.ts';
import { readTraits } from './traits.ts';

/** Of what a project costs a month; and the least in any case. */
const FLOOR_SHARE = 1_000n;
const FLOOR_PICO_USD = 10n ** 12n;

export interface ProjectSavings {
  drafts: RecommendationDraft[];
  calls: bigint;
  costPicoUsd: bigint;
  costPicoUsdPerMonth: bigint;
  days: number;
}

/** What an organization's models are and cost now: the same for all of its projects. */
export const priceList = (catalog: Catalog, now: Date) => ({
  rates: new Rates(catalog, now),
  names: new ModelNames(catalog),
  now,
});

/** Runs every rule over one project's calls of a period. */
export async function lookAtProject(
  db: Db,
  span: Span,
  prices: ReturnType<typeof priceList>,
  signal?: AbortSignal,
): Promise<ProjectSavings> {
  const spots = await readSpots(db, span);
  const costPicoUsd = spots.reduce((sum, spot) => sum + spot.costPicoUsd, 0n);
  const calls = spots.reduce((sum, spot) => sum + spot.calls, 0n);
  const days = countDays(span, spots);
  const costPicoUsdPerMonth = perMonth({ days }, costPicoUsd);
  if (calls === 0n) return { drafts: [], calls, costPicoUsd, costPicoUsdPerMonth, days };
  const share = costPicoUsdPerMonth / FLOOR_SHARE;
  const look: Look = {
    ...span,
    ...prices,
    days,
    spots: new Map(spots.map((spot) => [spotKey(spot), spot])),
    traffic: await readTraits(db, span),
    floorPicoUsd: share > FLOOR_PICO_USD ? share : FLOOR_PICO_USD,
  };
  const drafts: RecommendationDraft[] = [];
  for (const rule of RULES) {
    signal?.throwIfAborted();
    drafts.push(...(await rule(db, look)));
  }
  return { drafts, calls, costPicoUsd, costPicoUsdPerMonth, days };
}

/** The days from the first call in the period to its end; a project that began last week has no month behind it. */
function countDays(span: Span, spots: readonly SpotSums[]): number {
  const times = spots.map(({ first }) => first.getTime());
  const first = times.length === 0 ? span.from.getTime() : Math.min(...times);
  const whole = (span.to.getTime() - span.from.getTime()) / DAY;
  const used = (span.to.getTime() - first) / DAY;
  // Calls that are missing from the first hours of the period do not make it shorter.
  return whole - used < 1 ? whole : Math.max(1, Math.round((used * DAY) / SECOND) / 86_400);
}
