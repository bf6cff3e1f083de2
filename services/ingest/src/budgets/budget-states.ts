import { SECOND } from '@tokengrip/core/clock';
import type { Context } from '@tokengrip/core/context';
import { type BudgetState, type BudgetStates, MAX_BUDGET_STATES } from '@tokengrip/core/contract/budgets';
import { budgetState } from '@tokengrip/core/domain/budgets/budget-state';
import { statusOf } from '@tokengrip/core/domain/budgets/budget-status';
import type { Spent } from '@tokengrip/core/domain/budgets/count-spend';
import { countedSpan, periodAt, type Span } from '@tokengrip/core/domain/budgets/periods';
import type { BudgetRule } from '@tokengrip/core/domain/budgets/rules';
import { readSnapshot } from '@tokengrip/core/domain/budgets/snapshot';
import { readSpend, type Spend, type SpendOfBudget } from '@tokengrip/core/domain/budgets/spend';
import type { KeyOwner } from '@tokengrip/core/domain/keys/authenticate-key';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import type { KnownBudgetsCache } from './known-budgets.ts';

/** What the SDK asks with. */
interface AttributeSet {
  user?: string | undefined;
  customer?: string | undefined;
  tags: Readonly<Record<string, string>>;
}

type Owner = Pick<KeyOwner, 'organizationId' | 'projectId' | 'keyId'>;

export interface BudgetBook {
  /** Notes what a commit of this process has added. */
  spent(spent: Spent): void;
  /** The budgets that concern calls with these attributes, and which attributes matter at all. */
  forAttributes(owner: Owner, set: AttributeSet): Promise<BudgetStates>;
  /** The budgets that cover these records, as they are with them. */
  forRecords(owner: Owner, records: readonly PreparedRecord[]): Promise<BudgetState[]>;
  /** The budgets of an organization with their spend of now, by their rule. */
  of(organizationId: number): Promise<ReadonlyMap<number, BudgetState>>;
}

/** What other processes have spent is seen after this long; a slow reading makes it longer, so that it does not fill the time. */
const MAX_AGE_MS = 300;
const MOST_OF_THE_TIME = 4;
/** But never so long that a running SDK would not know within two seconds. */
const LONGEST_AGE_MS = 1_000;
/** Nobody has asked for that long: the spend is forgotten. */
const FORGET_MS = 10 * SECOND;
const MAX_TRIES = 3;

interface Entry {
  /** Commits of this process that the reading may not have seen. */
  pending: Spent[];
  view?: View;
  loading?: Promise<View>;
  askedAt: number;
}

/** The spend of an organization's budgets, read at once. */
interface View {
  revision: bigint;
  rules: readonly BudgetRule[];
  spans: ReadonlyMap<number, { period: Span; counted: Span | undefined }>;
  spend: Map<number, SpendOfBudget>;
  hasSeen(xid: bigint): boolean;
  readAt: number;
  goodForMs: number;
  /** The first period ends. */
  until: number;
}

/**
 * What budgets have spent, for whoever asks: read from the database, and moved by the commits of this process in between.
 * A reading says which transactions it has seen, so that no commit counts twice and none is missed, whenever it was.
 */
export function createBudgetBook(ctx: Context, known: KnownBudgetsCache): BudgetBook {
  const entries = new Map<number, Entry>();

  async function view(organizationId: number): Promise<View> {
    const entry: Entry = entries.get(organizationId) ?? { pending: [], askedAt: 0 };
    entries.set(organizationId, entry);
    entry.askedAt = performance.now();
    const current = entry.view;
    // A commit may have noticed a change of the budgets since.
    if (current && isGood(current) && current.revision === (await known.current()).revision) return current;
    entry.loading ??= load(organizationId, entry).finally(() => {
      delete entry.loading;
    });
    return entry.loading;
  }

  const isGood = (current: View) =>
    performance.now() - current.readAt < current.goodForMs && ctx.clock.now().getTime() < current.until;

  async function load(organizationId: number, entry: Entry): Promise<View> {
    for (let tries = 1; ; tries += 1) {
      const { revision, rules: all } = await known.current();
      const rules = all.filter((rule) => rule.organizationId === organizationId);
      const now = ctx.clock.now();
      const spans = new Map(
        rules.map((rule) => {
          const period = periodAt(rule, now);
          return [rule.id, { period, counted: countedSpan(period, rule.startsAt) }];
        }),
      );
      const questions = rules.flatMap((rule) => {
        const span = spans.get(rule.id)?.counted;
        return span ? [{ rule, span }] : [];
      });
      const readAt = performance.now();
      const reading = await readSpend(ctx.db, questions, now);
      if (reading.revision !== revision && tries < MAX_TRIES) {
        known.expire(revision);
        continue;
      }
      const made: View = {
        revision,
        rules,
        spans,
        spend: reading.byBudget,
        hasSeen: readSnapshot(reading.snapshot),
        readAt,
        goodForMs: Math.min(LONGEST_AGE_MS, Math.max(MAX_AGE_MS, (performance.now() - readAt) * MOST_OF_THE_TIME)),
        until: Math.min(...[...spans.values()].map(({ period }) => period.end.getTime())),
      };
      entry.pending = entry.pending.filter(({ xid }) => !made.hasSeen(xid));
      for (const spent of entry.pending) add(made, spent);
      entry.view = made;
      return made;
    }
  }

  function stateOf(current: View, rule: BudgetRule): BudgetState {
    const { period, counted } = current.spans.get(rule.id) ?? {
      period: periodAt(rule, ctx.clock.now()),
      counted: undefined,
    };
    const spend = current.spend.get(rule.id);
    return budgetState(rule, counted ?? period, spend, statusOf(rule, counted, spend));
  }

  const ofProject = (current: View, { projectId, keyId }: Owner) =>
    current.rules.filter(
      ({ projectIds, conditions }) =>
        projectIds.includes(projectId) && (conditions.keys === undefined || conditions.keys.includes(keyId)),
    );

  return {
    spent(spent) {
      for (const organizationId of new Set(spent.cells.map((cell) => cell.organizationId))) {
        const entry = entries.get(organizationId);
        if (!entry) continue;
        if (performance.now() - entry.askedAt > FORGET_MS) {
          entries.delete(organizationId);
          continue;
        }
        if (entry.view?.hasSeen(spent.xid)) continue;
        const own = { xid: spent.xid, cells: spent.cells.filter((cell) => cell.organizationId === organizationId) };
        entry.pending.push(own);
        if (entry.view) add(entry.view, own);
      }
    },
    async forAttributes(owner, set) {
      const current = await view(owner.organizationId);
      const rules = ofProject(current, owner);
      const concerned = rules.filter(({ conditions }) => concerns(conditions, set)).sort(blockingFirst);
      return {
        budgets: concerned.slice(0, MAX_BUDGET_STATES).map((rule) => stateOf(current, rule)),
        by: {
          user: rules.some(({ conditions }) => conditions.users !== undefined),
          customer: rules.some(({ conditions }) => conditions.customers !== undefined),
          tags: [...new Set(rules.flatMap(({ conditions }) => Object.keys(conditions.tags ?? {})))].sort(),
        },
      };
    },
    async forRecords(owner, records) {
      const { matcher } = await known.current();
      const found = new Map<number, BudgetRule>();
      for (const record of records) {
        matcher.match(record.projectId, record, ({ rule }) => found.set(rule.id, rule));
      }
      if (found.size === 0) return [];
      const current = await view(owner.organizationId);
      return current.rules
        .filter(({ id }) => found.has(id))
        .sort(blockingFirst)
        .slice(0, MAX_BUDGET_STATES)
        .map((rule) => stateOf(current, rule));
    },
    async of(organizationId) {
      const current = await view(organizationId);
      return new Map(current.rules.map((rule) => [rule.id, stateOf(current, rule)]));
    },
  };
}

/** The view's budgets with what a commit has added. */
function add({ spend, spans }: View, { cells }: Spent): void {
  for (const cell of cells) {
    const counted = spans.get(cell.budgetId)?.counted;
    const before = spend.get(cell.budgetId);
    const isIn = counted && cell.bucketMs >= counted.start.getTime() && cell.bucketMs < counted.end.getTime();
    if (isIn && before) spend.set(cell.budgetId, { ...before, ...sum(before, cell) });
  }
}

const sum = (before: Spend, cell: Spent['cells'][number]): Spend => ({
  calls: before.calls + BigInt(cell.calls),
  tokens: before.tokens + BigInt(cell.tokens),
  unpricedCalls: before.unpricedCalls + BigInt(cell.unpricedCalls),
  totalPicoUsd: before.totalPicoUsd + cell.totalPicoUsd,
});

const blockingFirst = (a: BudgetRule, b: BudgetRule): number =>
  Number(b.action === 'block') - Number(a.action === 'block') || a.id - b.id;

function concerns({ users, customers, tags }: BudgetRule['conditions'], set: AttributeSet): boolean {
  if (users && (set.user === undefined || !users.includes(set.user))) return false;
  if (customers && (set.customer === undefined || !customers.includes(set.customer))) return false;
  return Object.entries(tags ?? {}).every(([key, values]) => {
    const value = Object.hasOwn(set.tags, key) ? set.tags[key] : undefined;
    return value !== undefined && values.includes(value);
  });
}
