import type { Context } from '@tokengrip/core/context';
import { type KnownBudgets, loadKnownBudgets } from '@tokengrip/core/domain/budgets/count-spend';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';

export interface KnownBudgetsCache {
  /** The budgets as they were known at their last change that this process has noticed. */
  current(): Promise<KnownBudgets>;
  /** Of these records those whose project has a budget that sets something aside. */
  reserving(records: Iterable<PreparedRecord>): PreparedRecord[];
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
    reserving(records) {
      const projects = known?.reserving;
      return projects?.size ? [...records].filter(({ projectId }) => projects.has(projectId)) : [];
    },
    expire(revision) {
      if (known?.revision === revision) known = undefined;
    },
  };
}
