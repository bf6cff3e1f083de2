import type { CompactPriceEntry, RefusalReason } from '../../cost/compact-entry.ts';
import { diffRates } from '../../cost/diff-prices.ts';
import { planNewPrice, type SpanPlan } from './plan-spans.ts';
import type { StandingVersion } from './standing-versions.ts';

/** What a list does to one model. */
export interface ListChange {
  modelKey: string;
  kind: 'added' | 'changed' | 'removed' | 'refused';
  plan?: SpanPlan;
  /** The version that stays, where the list makes none. */
  stays?: StandingVersion | undefined;
  before?: CompactPriceEntry | undefined;
  after?: CompactPriceEntry | undefined;
  flaggedRates: string[];
  refusal?: { reason: string; field: string };
}

export interface PriceList {
  entries: ReadonlyMap<string, CompactPriceEntry>;
  refused: readonly { key: string; reason: RefusalReason | 'unstorable_text'; field: string }[];
  effectiveFrom: Date;
  origin: 'sync' | 'import';
  edition: string;
}

interface Known {
  standing: ReadonlyMap<string, readonly StandingVersion[]>;
  /** Models that an earlier list had and the last one did not. */
  gone: ReadonlySet<string>;
  /** No list that holds from a later time is known: what this one leaves out is out. */
  newest: boolean;
}

/**
 * What a list changes against what is known, by model.
 *
 * A model that vanishes from the list keeps its last price: late records of it are priced still, and a model that is
 * merely forgotten by the list goes on being sold. That it is gone is noted once, and so is its return.
 */
export function compareList(list: PriceList, { standing, gone, newest }: Known): ListChange[] {
  const changes: ListChange[] = [];
  for (const [modelKey, entry] of list.entries) {
    const versions = standing.get(modelKey) ?? [];
    const plan = planNewPrice(versions, {
      modelKey,
      entry,
      fromMs: list.effectiveFrom.getTime(),
      origin: list.origin,
      edition: list.edition,
    });
    if (plan !== undefined) changes.push(describePlan(modelKey, plan));
    else if (newest && gone.has(modelKey)) {
      changes.push({ modelKey, kind: 'added', stays: versions.at(-1), after: entry, flaggedRates: [] });
    }
  }
  const refused = new Map(list.refused.map((refusal) => [refusal.key, refusal]));
  for (const [key, { reason, field }] of refused) {
    if (list.entries.has(key)) continue;
    const stays = standing.get(key)?.at(-1);
    const before = stays?.entry;
    changes.push({ modelKey: key, kind: 'refused', stays, before, flaggedRates: [], refusal: { reason, field } });
  }
  if (!newest) return changes;
  for (const [modelKey, versions] of standing) {
    if (list.entries.has(modelKey) || refused.has(modelKey) || gone.has(modelKey)) continue;
    const stays = versions.at(-1);
    changes.push({ modelKey, kind: 'removed', stays, before: stays?.entry, flaggedRates: [] });
  }
  return changes;
}

function describePlan(modelKey: string, plan: SpanPlan): ListChange {
  const after = plan.added.entry;
  if (plan.previous === undefined) return { modelKey, kind: 'added', plan, after, flaggedRates: [] };
  const before = plan.previous.entry;
  const flaggedRates = diffRates(before, after).flatMap(({ rate, flagged }) => (flagged ? [rate] : []));
  return { modelKey, kind: 'changed', plan, before, after, flaggedRates };
}
