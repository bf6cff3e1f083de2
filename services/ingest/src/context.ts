import type { RedisContext } from '@tokengrip/core/context';
import type { Catalog } from '@tokengrip/core/cost/catalog';
import type { BudgetBook } from './budgets/budget-states.ts';
import type { Estimates } from './budgets/estimates.ts';
import type { KnownBudgetsCache } from './budgets/known-budgets.ts';
import type { Reserver } from './budgets/reserver.ts';
import type { KeyCache } from './key-cache.ts';
import type { IngestMetrics } from './metrics.ts';
import type { Writer } from './writer.ts';

/** What the routes of the ingest work with. */
export interface IngestContext extends RedisContext {
  keys: KeyCache;
  /** The prices of an organization as they are known now. */
  catalog(organizationId: number): Promise<Catalog>;
  writer: Writer;
  knownBudgets: KnownBudgetsCache;
  budgets: BudgetBook;
  estimates: Estimates;
  reserver: Reserver;
  /** Tells the organization's pages that there is something new; at once for the caller, a moment later for them. */
  noteActivity(organizationId: number): void;
  metrics: IngestMetrics;
}
