import { DAY } from '../../clock.ts';
import type { BudgetPeriod } from '../../contract/budgets.ts';
import type { Db } from '../../db/connection.ts';
import { formatAmount, isFilled } from './budget-status.ts';
import type { FoundBudget } from './list-budgets.ts';
import { countedSpan, lastPeriods, type Span } from './periods.ts';
import { needsRecords } from './recompute-spend.ts';
import type { BudgetRule } from './rules.ts';
import { measured, readSpans, type Spend } from './spend.ts';

const PERIODS = 12;

/** What a budget's last periods were, the newest first, the running one among them. */
export async function readBudgetPeriods(
  tx: Db,
  { budget, rule, spend }: FoundBudget,
  retentionDays: number,
  now: Date,
): Promise<BudgetPeriod[]> {
  const spans = lastPeriods(rule, now, PERIODS);
  // Who is behind old calls went with their records before the budget could count them.
  const known = needsRecords(rule.conditions)
    ? Date.parse(budget.createdAt) - retentionDays * DAY
    : Number.NEGATIVE_INFINITY;
  const isPartial = ({ start }: Span) =>
    !isFilled(spend?.filledFrom ?? Number.NEGATIVE_INFINITY, start) || start.getTime() < known;
  const sums = await readSpans(tx, rule, spans);
  return spans.flatMap((span, i): BudgetPeriod[] => {
    const sum = sums[i];
    return sum && countedSpan(span, rule.startsAt) ? [toPeriod(rule, span, sum, isPartial(span))] : [];
  });
}

export function toPeriod(rule: Pick<BudgetRule, 'measure'>, span: Span, sum: Spend, partial: boolean): BudgetPeriod {
  return {
    start: span.start.toISOString(),
    end: span.end.toISOString(),
    spent: formatAmount(measured(sum, rule.measure), rule.measure),
    calls: Number(sum.calls),
    tokens: Number(sum.tokens),
    unpricedCalls: Number(sum.unpricedCalls),
    partial,
  };
}
