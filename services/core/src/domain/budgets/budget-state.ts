import type { BudgetState } from '../../contract/budgets.ts';
import { formatAmount, type Status } from './budget-status.ts';
import type { Span } from './periods.ts';
import type { BudgetRule } from './rules.ts';
import { measured, NO_SPEND, type Spend } from './spend.ts';

/** What the SDK is told of a budget. Which project and key it is for, it knows by its key. */
export function budgetState(rule: BudgetRule, period: Span, spend: Spend | undefined, status: Status): BudgetState {
  const { projects: _projects, keys: _keys, ...conditions } = rule.conditions;
  return {
    id: rule.id,
    name: rule.name,
    action: rule.action,
    measure: rule.measure,
    period: rule.period,
    limit: formatAmount(rule.amount, rule.measure),
    ...status,
    spent: formatAmount(measured(spend ?? NO_SPEND, rule.measure), rule.measure),
    resetsAt: rule.period === 'rolling' ? null : period.end.toISOString(),
    thresholds: [...rule.thresholds],
    reservation: rule.reservation,
    conditions,
  };
}
