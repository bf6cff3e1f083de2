import type { Context } from '@tokengrip/core/context';
import type { Spent } from '@tokengrip/core/domain/budgets/count-spend';
import type { WriterOptions } from '../writer.ts';
import { type BudgetBook, createBudgetBook } from './budget-states.ts';
import { createEstimates, type Estimates } from './estimates.ts';
import { createKnownBudgets, type KnownBudgetsCache } from './known-budgets.ts';
import { createReserver, type Reserver } from './reserver.ts';

/** Everything about budgets that this process remembers, and what its writer tells it. */
export function createBudgets(
  ctx: Context,
  options: { onSpent?: (spent: Spent) => void } = {},
): {
  knownBudgets: KnownBudgetsCache;
  budgets: BudgetBook;
  estimates: Estimates;
  reserver: Reserver;
  forWriter: Pick<WriterOptions, 'budgets' | 'onStored'>;
} {
  const knownBudgets = createKnownBudgets(ctx);
  const budgets = createBudgetBook(ctx, knownBudgets);
  const estimates = createEstimates(ctx);
  return {
    knownBudgets,
    budgets,
    estimates,
    reserver: createReserver(ctx),
    forWriter: {
      onStored: (records) => estimates.learn(knownBudgets.reserving(records)),
      budgets: {
        ...knownBudgets,
        spent(spent) {
          budgets.spent(spent);
          options.onSpent?.(spent);
        },
      },
    },
  };
}
