import type { Warnings } from '../client/warnings.ts';
import { BudgetBook, type Page } from './book.ts';
import { BudgetExceededError } from './budget-exceeded-error.ts';
import type { BudgetServer } from './server.ts';
import { type BudgetCall, type BudgetState, readStates } from './state.ts';

export type BudgetListener = (budget: BudgetState) => void;

export interface GateSettings {
  /** Otherwise budgets are watched, and stop nothing. */
  enforce: boolean;
  /** How long a call may wait for an answer that it needs. */
  timeoutMs: number;
  onBudget: BudgetListener | undefined;
}

/** A reservation is worth waiting for: whoever asked for it wants it tight. */
const RESERVATION_PATIENCE = 4;
/** What is used is asked about so often, so that a change is known within two seconds. */
const POLL_MS = 1_000;
/** An answer that is older than that must be renewed before a call goes by it. */
const GOOD_FOR_MS = 1_500;
/** What was used that lately is polled; what comes later asks for itself. */
const IN_USE_MS = 10_000;
const MAX_POLLED = 20;
/** While the server cannot be reached, calls do not wait for it; it is tried again after that. */
const BREAK_MS = 5_000;
/** A slow one will have answered soon. */
const SLOW_BREAK_MS = 1_000;
/** A budget that was known to be spent stays so for a while, when the server is away. */
const REMEMBER_MS = 60_000;

/** Decides whether a call may be made. */
export class BudgetGate {
  readonly #settings: GateSettings;
  readonly #server: BudgetServer;
  readonly #warnings: Warnings;
  readonly #book: BudgetBook;
  #timer: NodeJS.Timeout | undefined;
  #brokenUntil = 0;
  #closed = false;

  constructor(settings: GateSettings, server: BudgetServer, warnings: Warnings) {
    this.#settings = settings;
    this.#server = server;
    this.#warnings = warnings;
    this.#book = new BudgetBook((state, before) => this.#tell(state, before));
  }

  get states(): BudgetState[] {
    return this.#book.states;
  }

  /**
   * Undefined, if the call may be made at once, which is nearly always. Otherwise a promise that resolves when it may, and
   * rejects with a `BudgetExceededError` if not.
   */
  enter(call: BudgetCall): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const now = performance.now();
    const page = this.#book.page(call, now);
    this.#poll();
    const isFresh = now - page.answeredAt <= GOOD_FOR_MS;
    if (!this.#settings.enforce) {
      if (!isFresh) void this.#ask(page);
      return undefined;
    }
    if (isFresh) return this.#decide(page, call);
    if (now < this.#brokenUntil) {
      return isKnown(page, now) ? this.#decide(page, call) : undefined;
    }
    return this.#waitFor(this.#ask(page)).then(() => {
      if (isKnown(page, performance.now())) return this.#decide(page, call);
      this.#warnings.once(
        'budgets_unknown',
        'Budgets are not enforced at the moment: their state could not be had in time, and calls pass.',
      );
      return undefined;
    });
  }

  /** States that came with the reply to records. */
  update(states: unknown): void {
    this.#book.update(readStates(states), performance.now());
  }

  noteModel(requested: string | undefined, answered: string): void {
    if (requested !== undefined) this.#book.noteModel(requested, answered);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#server.close();
  }

  #decide(page: Page, call: BudgetCall): Promise<void> | undefined {
    const blocking = this.#book.covering(page, call).filter(({ action }) => action === 'block');
    const spent = blocking.find(isSpent);
    if (spent !== undefined) return Promise.reject(new BudgetExceededError(spent));
    return blocking.some(({ reservation }) => reservation) ? this.#reserve(call) : undefined;
  }

  async #reserve(call: BudgetCall): Promise<void> {
    if (performance.now() < this.#brokenUntil) return;
    const model = this.#book.answeredModel(call.model) ?? call.model;
    const full: BudgetState[] = [];
    await this.#waitFor(
      this.#server.reserve({ ...call, model }).then(
        (states) => void full.push(...states),
        () => this.#break(),
      ),
      RESERVATION_PATIENCE * this.#settings.timeoutMs,
    );
    const [first] = full;
    if (first !== undefined) throw new BudgetExceededError(first);
  }

  /** At most the time that a call may wait. Keeps the process alive meanwhile: the host waits for its call. */
  async #waitFor(work: Promise<void>, timeoutMs = this.#settings.timeoutMs): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#break(SLOW_BREAK_MS);
        resolve();
      }, timeoutMs);
    });
    await Promise.race([work, late]);
    clearTimeout(timer);
  }

  #break(forMs = BREAK_MS): void {
    this.#brokenUntil = performance.now() + forMs;
  }

  /** Never rejects. */
  #ask(page: Page): Promise<void> {
    page.asking ??= this.#server
      .ask(page.set, page.etag)
      .then(
        (answer) => {
          page.answeredAt = performance.now();
          this.#brokenUntil = 0;
          if (answer === undefined) return;
          page.etag = answer.etag;
          this.#book.answer(page, answer.states);
        },
        () => {
          page.failedAt = performance.now();
          this.#break();
        },
      )
      .catch((error) => this.#warnings.internal(error))
      .finally(() => {
        page.asking = undefined;
      });
    return page.asking;
  }

  #poll(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#pollOnce(), POLL_MS);
    this.#timer.unref();
  }

  #pollOnce(): void {
    const now = performance.now();
    const used = [...this.#book.pages].filter(({ usedAt }) => now - usedAt <= IN_USE_MS);
    if (used.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    // The last ones are those that were used last.
    for (const page of used.slice(-MAX_POLLED)) void this.#ask(page);
  }

  #tell(state: BudgetState, before: BudgetState | undefined): void {
    const { onBudget } = this.#settings;
    if (onBudget === undefined) return;
    const isNews =
      before === undefined
        ? state.status === 'exceeded' || crossed(state) > 0
        : before.status !== state.status || crossed(before) !== crossed(state);
    if (!isNews) return;
    try {
      onBudget(state);
    } catch {
      // A listener that throws must not reach the call that brought the news.
    }
  }
}

/** Lately enough to go by it while the server is away. */
const isKnown = ({ answeredAt, toldAt }: Page, now: number): boolean =>
  now - Math.max(answeredAt, toldAt) <= REMEMBER_MS;

/** A period that is over has not been spent yet, whatever was said of the one before. */
const isSpent = ({ status, resetsAt }: BudgetState): boolean =>
  status === 'exceeded' && (resetsAt === null || Date.parse(resetsAt) > Date.now());

/** How many of the thresholds are crossed. Floats do: this is for a message, and the server decides what is spent. */
const crossed = ({ spent, limit, thresholds }: BudgetState): number =>
  (thresholds ?? []).filter((percent) => Number(spent) * 100 >= Number(limit) * percent).length;
