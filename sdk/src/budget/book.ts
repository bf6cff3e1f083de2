import type { AttributeSet } from './server.ts';
import { type BudgetCall, type BudgetState, type BudgetStates, concerns, covers } from './state.ts';

/** A set of attributes that was asked about, and what the server said. */
export interface Page {
  set: AttributeSet;
  /** Undefined until there was an answer. */
  budgets: Map<number, BudgetState> | undefined;
  etag: string | undefined;
  /** Of the newest answer, or of the newest failure to get one. */
  answeredAt: number;
  /** Of the newest reply to records that said something of its budgets. */
  toldAt: number;
  failedAt: number;
  usedAt: number;
  asking: Promise<void> | undefined;
}

const MAX_PAGES = 1_000;
const MAX_MODELS = 1_000;

/**
 * What the server has said of budgets, by attributes. Attributes that matter to no budget are left out, so that a host
 * with a million users and one budget has one page; and there are never more than a thousand.
 */
export class BudgetBook {
  readonly #pages = new Map<string, Page>();
  /** By the model that was asked for, the one that answered last: budgets are about what is recorded. */
  readonly #answered = new Map<string, string>();
  readonly #onChange: (state: BudgetState, before: BudgetState | undefined) => void;
  #by: BudgetStates['by'] | undefined;
  #latest = new Map<number, BudgetState>();

  constructor(onChange: (state: BudgetState, before: BudgetState | undefined) => void) {
    this.#onChange = onChange;
  }

  get pages(): Iterable<Page> {
    return this.#pages.values();
  }

  get states(): BudgetState[] {
    return [...this.#latest.values()];
  }

  noteModel(requested: string, answered: string): void {
    if (requested === answered || this.#answered.get(requested) === answered) return;
    if (this.#answered.size >= MAX_MODELS) forgetOldest(this.#answered);
    this.#answered.set(requested, answered);
  }

  answeredModel(requested: string): string | undefined {
    return this.#answered.get(requested);
  }

  /** The page for a call; the one that was not used for longest goes. */
  page(call: BudgetCall, now: number): Page {
    const set = this.#reduce(call);
    const key = JSON.stringify([set.user, set.customer, Object.entries(set.tags ?? {}).sort()]);
    const page = this.#pages.get(key) ?? {
      set,
      budgets: undefined,
      etag: undefined,
      answeredAt: Number.NEGATIVE_INFINITY,
      toldAt: Number.NEGATIVE_INFINITY,
      failedAt: Number.NEGATIVE_INFINITY,
      usedAt: now,
      asking: undefined,
    };
    this.#pages.delete(key);
    if (this.#pages.size >= MAX_PAGES) forgetOldest(this.#pages);
    this.#pages.set(key, page);
    page.usedAt = now;
    return page;
  }

  /** The budgets that apply to a call, as far as they are known. */
  covering({ budgets }: Page, call: BudgetCall): BudgetState[] {
    if (budgets === undefined || budgets.size === 0) return [];
    const answered = this.#answered.get(call.model);
    return [...budgets.values()].filter((state) => covers(state.conditions, call, answered));
  }

  answer(page: Page, { budgets, by }: BudgetStates): void {
    if (JSON.stringify(by) !== JSON.stringify(this.#by)) {
      // Calls are told apart by other attributes from now on.
      for (const [key, other] of this.#pages) if (other !== page) this.#pages.delete(key);
      this.#by = by;
    }
    page.budgets = new Map(budgets.map((state) => [state.id, state]));
    for (const state of budgets) this.#note(state);
    if (this.#latest.size > 2 * MAX_PAGES) this.#latest = new Map(budgets.map((state) => [state.id, state]));
  }

  /**
   * Newer states of some budgets, as they come with the reply to records. A page that has no answer yet learns of them, too:
   * a server that is slow to be asked may still say that a budget is spent.
   */
  update(states: readonly BudgetState[], now: number): void {
    for (const state of states) {
      for (const page of this.#pages.values()) {
        if (!concerns(state.conditions, page.set)) continue;
        page.budgets ??= new Map();
        page.budgets.set(state.id, state);
        page.toldAt = now;
      }
      this.#note(state);
    }
  }

  #note(state: BudgetState): void {
    const before = this.#latest.get(state.id);
    this.#latest.set(state.id, state);
    this.#onChange(state, before);
  }

  #reduce({ user, customer, tags }: BudgetCall): AttributeSet {
    const by = this.#by;
    const kept = Object.entries(tags ?? {}).filter(([key]) => by === undefined || by.tags.includes(key));
    return {
      ...(user !== undefined && by?.user !== false ? { user } : {}),
      ...(customer !== undefined && by?.customer !== false ? { customer } : {}),
      ...(kept.length > 0 ? { tags: Object.fromEntries(kept) } : {}),
    };
  }
}

function forgetOldest(entries: Map<string, unknown>): void {
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    return;
  }
}
