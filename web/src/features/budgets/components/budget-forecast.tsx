import type { BudgetDetail } from '@tokengrip/core/contract/budgets';
import { amountText } from '../words.ts';

/** Where the period is going, and how sure that is. */
export function BudgetForecast({ detail: { budget, forecast } }: { detail: BudgetDetail }) {
  if (budget.archivedAt !== null || budget.period === 'rolling') return null;
  const { measure } = budget;
  return (
    <p className="px-4 pb-3 text-sm text-muted nums">
      {forecast === null || forecast === undefined ? (
        'There is too little history for a forecast yet.'
      ) : (
        <>
          About <strong className="font-medium text-ink">{amountText(forecast.expected, measure)}</strong> by the end of
          the period; four times of five between {amountText(forecast.low, measure)} and{' '}
          {amountText(forecast.high, measure)}
          {forecast.basis === 'days' && `. Known are ${forecast.historyDays} days only, so the range is wide`}
          {Number(forecast.expected) >= Number(budget.amount) && Number(budget.state.spent) < Number(budget.amount)
            ? ', which is more than the budget'
            : ''}
          .
        </>
      )}
    </p>
  );
}
