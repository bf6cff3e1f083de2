import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';
import { DAY } from '../../clock.ts';
import { statusOf } from '../budgets/budget-status.ts';
import { countedSpan, periodAt, type Span } from '../budgets/periods.ts';
import type { BudgetRule } from '../budgets/rules.ts';
import { measured, type Spend, type SpendOfBudget } from '../budgets/spend.ts';

/** A budget in one of its periods. */
export interface BudgetInPeriod {
  rule: BudgetRule;
  /** What of the period counts. */
  span: Span;
  period: Span;
  /** The same however the period is cut: the date on which it begins, where the organization is. */
  label: string;
}

/** A threshold that the spend of a period has reached. */
export interface Crossing extends BudgetInPeriod {
  /** Percent of the amount; `unpriced`: how much was spent is not known, and the budget takes that for all of it. */
  threshold: number | 'unpriced';
  spend: Spend;
}

/**
 * A crossing in the last moments of a period is seen in the next one, and so are records that came a little late. Beyond
 * that nobody is told of what was.
 */
const GRACE_MS = DAY;

/** The period that runs. */
export function runningPeriod(rule: BudgetRule, now: Date): BudgetInPeriod | undefined {
  return inPeriod(rule, periodAt(rule, now));
}

/** The period that has just ended; not that of a budget made since. */
export function justEndedPeriod(rule: BudgetRule, createdAt: Date, now: Date): BudgetInPeriod | undefined {
  if (rule.period === 'rolling') return undefined;
  const { start } = periodAt(rule, now);
  if (createdAt >= start || now.getTime() - start.getTime() > GRACE_MS) return undefined;
  return inPeriod(rule, periodAt(rule, new Date(start.getTime() - 1)));
}

function inPeriod(rule: BudgetRule, period: Span): BudgetInPeriod | undefined {
  const span = countedSpan(period, rule.startsAt);
  // A moved zone moves the instants; the date stays, and with it what was told already.
  return span && { rule, period, span, label: format(new TZDate(period.start, rule.timeZone), 'yyyy-MM-dd') };
}

/** Which thresholds a spend has reached. Nothing is said of a spend that is still being counted. */
export function crossingsOf(budget: BudgetInPeriod, spend: SpendOfBudget | undefined): Crossing[] {
  const { rule, span } = budget;
  const { status, reason } = statusOf(rule, span, spend);
  if (!spend || status === 'filling' || status === 'scheduled') return [];
  const used = measured(spend, rule.measure) * 100n;
  // People are told when calls are blocked, whether they asked for it or not.
  const percents = new Set([...rule.thresholds, ...(rule.action === 'block' ? [100] : [])]);
  const reached = [...percents].filter((percent) => used >= rule.amount * BigInt(percent)).sort((a, b) => a - b);
  const crossed: Crossing['threshold'][] = reason === 'unpriced' ? [...reached, 'unpriced'] : reached;
  return crossed.map((threshold) => ({ ...budget, threshold, spend }));
}

/** A rolling window that was over a threshold is under it again only when it is clearly so. */
const CLEARLY_UNDER_PERCENT = 95n;

export const isClearlyUnder = ({ rule }: BudgetInPeriod, spend: Spend, threshold: number): boolean =>
  measured(spend, rule.measure) * 10_000n < rule.amount * BigInt(threshold) * CLEARLY_UNDER_PERCENT;

/**
 * What is told once. Another amount or other conditions make another budget of it: whoever raises the amount is told
 * again when the new one is reached, and whoever puts it back is not told twice.
 */
export const keyOfCrossing = (
  kind: 'budget_threshold' | 'budget_forecast',
  crossing: BudgetInPeriod,
  threshold: Crossing['threshold'],
) =>
  `${kind}:${crossing.rule.id}:${threshold}:${crossing.rule.measure}${crossing.rule.amount}:${crossing.rule.scopeVersion}:${crossing.label}`;
