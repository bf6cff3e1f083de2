import type { Context } from '@tokengrip/core/context';
import { type KnownBudgets, loadKnownBudgets } from '@tokengrip/core/domain/budgets/count-spend';

export interface KnownBudgetsCache {
  /** The budgets as they were known at their last change that this process has noticed. */
  current(): Promise<KnownBudgets>;
  /** There is another revision than this one. */
  expire(revision: bigint): void;
}

/**
 * The budgets that commits are matched by. They need no message and no age: every commit and every reading of spend
 * compares the revision with that of the database.
 */
export function createKnownBudgets(ctx: Context): KnownBudgetsCache {
  let known: KnownBudgets | undefined;
  let loading: Promise<KnownBudgets> | undefined;
  return {
    async current() {
      if (known) return known;
      loading ??= loadKnownBudgets(ctx.db).finally(() => {
        loading = undefined;
      });
      known = await loading;
      return known;
    },
    expire(revision) {
      if (known?.revision === revision) known = undefined;
    },
  };
}
