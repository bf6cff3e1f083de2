import type {
  EvidenceFigure,
  Level,
  RecommendationScope,
  RecommendedChange,
  SavingRule,
} from '../../contract/savings.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { cellOf, type Impact, type RecommendationDraft } from './draft.ts';
import type { ModelNames } from './model-names.ts';
import type { Rates, Use } from './rates.ts';
import { type Span, type Spot, type SpotSums, spotKey } from './traffic.ts';
import type { TraitSums } from './traits.ts';

/** The length of a month in everything that is said of savings. */
export const MONTH_DAYS = 30;

/** What the rules look at: one project's calls of a period, and today's prices. */
export interface Look extends Span {
  /** Those of the period in which there are calls. */
  days: number;
  rates: Rates;
  names: ModelNames;
  /** When prices are asked for: a saving is of the months to come, which are paid at today's. */
  now: Date;
  spots: ReadonlyMap<string, SpotSums>;
  traffic: readonly TraitSums[];
  /** Less than this a month is not worth a person's time. */
  floorPicoUsd: bigint;
}

/** A rule chooses its sums, or reads them, and judges them; the judgement is pure. */
export type Rule = (db: Db, look: Look) => RecommendationDraft[] | Promise<RecommendationDraft[]>;

/** An amount of the period as one of 30 days. */
export const perMonth = (look: Pick<Look, 'days'>, picoUsd: bigint): bigint =>
  (picoUsd * BigInt(MONTH_DAYS * 86_400)) / BigInt(Math.max(1, Math.round(look.days * 86_400)));

/** Whether an amount of the period is worth saying. */
export const isWorthwhile = (look: Look, picoUsd: bigint): boolean => perMonth(look, picoUsd) >= look.floorPicoUsd;

export const spotSums = (look: Look, spot: Spot): SpotSums | undefined => look.spots.get(spotKey(spot));

/** 0 to 1. */
export const shareOf = (part: bigint, whole: bigint): number => (whole === 0n ? 0 : Number(part) / Number(whole));

/** How much less the calls would cost, both at today's prices; undefined where a price is not known. */
export function savingOf(look: Look, before: Use, after: Use): bigint | undefined {
  const paid = look.rates.cost(before);
  const would = look.rates.cost(after);
  if (paid === undefined || would === undefined) return undefined;
  return paid - would;
}

interface Finding {
  rule: SavingRule;
  /** What besides the spot tells it from others of the rule. */
  detail?: string | undefined;
  title: string;
  what: string[];
  steps: string[];
  snippet?: { language: string; code: string } | undefined;
  calls: bigint;
  tokens: bigint;
  costPicoUsd: bigint;
  /** Of the period. */
  savingPicoUsd: bigint;
  figures?: EvidenceFigure[] | undefined;
  confidence: Level;
  effort: Level;
  risk: Level;
  scope?: RecommendationScope | undefined;
  change?: RecommendedChange | undefined;
  /** Of the spot itself by default. */
  impact?: readonly (Spot & { costPicoUsd: bigint; savingPicoUsd: bigint })[] | undefined;
  /** Alternatives for the same calls. */
  alternative?: 'model' | undefined;
}

/** A finding about one spot as a recommendation. */
export function recommend(look: Look, spot: Spot, finding: Finding): RecommendationDraft {
  const { projectId } = look;
  const cell = cellOf({ projectId, ...spot });
  const { rule, detail, title, what, steps, snippet, confidence, effort, risk, change } = finding;
  const impact: readonly (Spot & { costPicoUsd: bigint; savingPicoUsd: bigint })[] = finding.impact ?? [
    {
      ...spot,
      costPicoUsd: spotSums(look, spot)?.costPicoUsd ?? finding.costPicoUsd,
      savingPicoUsd: finding.savingPicoUsd,
    },
  ];
  return {
    rule,
    identity: JSON.stringify([rule, projectId, spot.feature, spot.provider, spot.model, ...(detail ? [detail] : [])]),
    title,
    what,
    steps,
    snippet,
    evidence: {
      from: look.from,
      to: look.to,
      days: look.days,
      calls: finding.calls,
      tokens: finding.tokens,
      costPicoUsd: finding.costPicoUsd,
      figures: finding.figures ?? [],
    },
    savingPicoUsdPerMonth: perMonth(look, finding.savingPicoUsd),
    // A few days are no month.
    confidence: look.days < 7 && confidence === 'high' ? 'medium' : confidence,
    effort,
    risk,
    scope: { projectId, ...scopeOf(spot), ...finding.scope },
    change,
    impact: impact.map(
      ({ costPicoUsd, savingPicoUsd, ...place }): Impact => ({
        cell: cellOf({ projectId, ...place }),
        costPicoUsd: perMonth(look, costPicoUsd),
        savingPicoUsd: perMonth(look, savingPicoUsd),
      }),
    ),
    overlapGroup: finding.alternative && `${finding.alternative}:${cell}`,
  };
}

const scopeOf = ({ feature, provider, model }: Spot): RecommendationScope => ({
  feature,
  ...(provider === '' ? {} : { provider, model }),
});

/** `summarize`, or what stands for calls without a feature. */
export const featureName = ({ feature }: { feature: string }): string =>
  feature === '' ? 'calls without a feature' : `“${feature}”`;

export const figure = (
  name: string,
  label: string,
  unit: EvidenceFigure['unit'],
  value: string | number | bigint,
): EvidenceFigure => ({
  name,
  label,
  unit,
  value: typeof value === 'bigint' ? (unit === 'usd' ? formatPicoUsd(value) : Number(value)) : value,
});

export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
export const count = (value: bigint | number): string => value.toLocaleString('en-US');

/** For sentences: cents, or more where there are less. */
export function usd(picoUsd: bigint): string {
  const value = Number(picoUsd) / 1e12;
  const digits = Math.abs(value) >= 1 ? 2 : 4;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}
