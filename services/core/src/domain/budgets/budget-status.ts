import type { BudgetMeasure, BudgetStatus } from '../../contract/budgets.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Span } from './periods.ts';
import type { BudgetRule } from './rules.ts';
import { measured, type SpendOfBudget } from './spend.ts';

export interface Status {
  status: BudgetStatus;
  reason: 'amount' | 'unpriced' | null;
}

/**
 * What a spend means for a budget. It blocks only on what is known: while the past of the period is being counted it
 * neither blocks nor says that all is well.
 * @param span what of the period counts; `undefined` when the budget begins later
 */
export function statusOf(
  rule: Pick<BudgetRule, 'measure' | 'amount' | 'unpriced'>,
  span: Span | undefined,
  spend: SpendOfBudget | undefined,
): Status {
  if (!span) return { status: 'scheduled', reason: null };
  if (!spend || !isFilled(spend.filledFrom, span.start)) return { status: 'filling', reason: null };
  if (measured(spend, rule.measure) >= rule.amount) return { status: 'exceeded', reason: 'amount' };
  const isUnknown = rule.measure === 'usd' && rule.unpriced === 'closed' && spend.unpricedCalls > 0n;
  return isUnknown ? { status: 'exceeded', reason: 'unpriced' } : { status: 'ok', reason: null };
}

/** `-infinity` comes as a number. */
export const isFilled = (filledFrom: Date | number | null, start: Date): boolean =>
  filledFrom !== null && filledFrom <= start;

/** USD as decimal text; tokens and calls as whole numbers. */
export const formatAmount = (amount: bigint, measure: BudgetMeasure): string =>
  measure === 'usd' ? formatPicoUsd(amount) : amount.toString();
