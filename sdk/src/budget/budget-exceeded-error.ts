import type { BudgetState } from './state.ts';

/**
 * A call was stopped before it reached the provider, because a budget that applies to it is spent. Nothing was sent and
 * nothing is recorded.
 */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  readonly code = 'budget_exceeded';
  /** The budget that is spent. */
  readonly budget: BudgetState;

  constructor(budget: BudgetState) {
    super(describe(budget));
    this.budget = budget;
  }

  get period(): BudgetState['period'] {
    return this.budget.period;
  }
  /** In the budget's measure, as text: USD, tokens or calls. */
  get spent(): string {
    return this.budget.spent;
  }
  get limit(): string {
    return this.budget.limit;
  }
  /** `null`: a rolling window, which frees itself little by little. */
  get resetsAt(): Date | null {
    return this.budget.resetsAt === null ? null : new Date(this.budget.resetsAt);
  }
}

const UNITS = { usd: 'USD', tokens: 'tokens', calls: 'calls' } as const;

function describe({ name, reason, spent, limit, measure, period, resetsAt }: BudgetState): string {
  const when = resetsAt === null ? 'It is a rolling window.' : `It resets at ${resetsAt}.`;
  const what =
    reason === 'unpriced'
      ? 'has calls without a price, and fails closed on them'
      : `is used up: ${spent} of ${limit} ${UNITS[measure]} (${period})`;
  return `The budget "${name}" ${what}. ${when}`;
}
