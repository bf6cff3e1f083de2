import type { Db } from '../../db/connection.ts';
import { statusOf } from './budget-status.ts';
import { countedSpan, periodAt, type Span } from './periods.ts';
import { type BudgetRule, loadBudgetRules } from './rules.ts';
import { measured, readSpend, type Spend } from './spend.ts';

/** A threshold that the spend of a period has reached. */
export interface Crossing {
  rule: BudgetRule;
  period: Span;
  /** Percent of the amount; 100 is there for every budget that is exceeded, listed or not. */
  threshold: number;
  spend: Spend;
  reason: 'amount' | 'unpriced';
}

/**
 * Which thresholds of an organization's budgets are crossed in the running periods, for whoever tells people: `takeSpenders`
 * says which organizations to look at. The same crossing is found until its period ends; to tell it once is the caller's.
 */
export async function findCrossings(db: Db, organizationId: number, now: Date): Promise<Crossing[]> {
  const { rules } = await loadBudgetRules(db, { organizationId });
  const questions = rules.flatMap((rule) => {
    const span = countedSpan(periodAt(rule, now), rule.startsAt);
    return span ? [{ rule, span }] : [];
  });
  const { byBudget } = await readSpend(db, questions, now);
  return questions.flatMap(({ rule, span }) => {
    const spend = byBudget.get(rule.id);
    const { status, reason } = statusOf(rule, span, spend);
    if (!spend || status === 'filling') return [];
    const used = measured(spend, rule.measure) * 100n;
    const crossed = rule.thresholds.filter((percent) => used >= rule.amount * BigInt(percent));
    const thresholds = new Set(status === 'exceeded' ? [...crossed, 100] : crossed);
    return [...thresholds].map((threshold) => ({ rule, period: span, threshold, spend, reason: reason ?? 'amount' }));
  });
}
