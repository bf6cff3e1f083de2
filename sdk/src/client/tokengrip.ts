import { AsyncLocalStorage } from 'node:async_hooks';
import { BudgetGate } from '../budget/gate.ts';
import { BudgetServer } from '../budget/server.ts';
import type { BudgetState } from '../budget/state.ts';
import { Delivery, type DeliveryStats } from '../queue/delivery.ts';
import { ATTRIBUTION_OPTION, type Attribution, mergeAttribution } from '../record/attribution.ts';
import { manualRecord } from '../record/manual-record.ts';
import type { ManualRecord } from '../record/usage-record.ts';
import { FetchTransport } from '../transport/fetch-transport.ts';
import { HttpTransport } from '../transport/http-transport.ts';
import { readEnvironment } from './environment.ts';
import { type DeliverySettings, settleDelivery, type TokengripOptions } from './options.ts';
import { attachRecorder, Recorder } from './recorder.ts';
import { Warnings } from './warnings.ts';

const FLUSH_TIMEOUT_MS = 10_000;

const NOTHING_SENT: DeliveryStats = { queued: 0, delivered: 0, rejected: 0, dropped: 0 };

/**
 * The connection to a Tokengrip server. Make one for the process and wrap your clients with it.
 *
 * Nothing here throws or blocks: without a key or an address, or with an unusable option, the host runs on and one
 * warning says what is missing.
 */
export class Tokengrip {
  readonly #context = new AsyncLocalStorage<Attribution>();
  readonly #delivery: Delivery | undefined;
  readonly #recorder: Recorder | undefined;
  readonly #gate: BudgetGate | undefined;

  constructor(options: TokengripOptions = {}) {
    const warnings = new Warnings(options.onWarning);
    const settings = settleDelivery(options, readEnvironment(), warnings);
    if (settings === undefined) return;
    const gate = makeGate(options, settings, warnings);
    this.#gate = gate;
    const delivery = new Delivery(
      settings,
      makeTransport(settings),
      warnings,
      gate && ((states) => gate.update(states)),
    );
    this.#delivery = delivery;
    this.#recorder = new Recorder({
      settings: {
        apiKey: settings.apiKey,
        captureContent: options.captureContent === true,
        requestHashes: options.requestHashes !== false,
      },
      warnings,
      defaults: { environment: options.environment, feature: options.feature, tags: options.tags },
      context: () => this.#context.getStore(),
      enqueue: (json) => delivery.enqueue(json),
      gate,
    });
    attachRecorder(this, this.#recorder);
  }

  /** Whether records are sent at all. */
  get enabled(): boolean {
    return this.#delivery !== undefined;
  }

  /** Counts of the records so far. */
  get stats(): DeliveryStats {
    return this.#delivery?.stats ?? NOTHING_SENT;
  }

  /** The budgets that calls of this process have had to do with, as they were last known. */
  get budgets(): BudgetState[] {
    return this.#gate?.states ?? [];
  }

  /**
   * Attributes every call that `work` makes, also asynchronously and through other functions. Contexts nest: the
   * inner one adds to the outer one and wins where both speak. Returns what `work` returns.
   */
  withContext<T>(attribution: Attribution, work: () => T): T {
    return this.#context.run(mergeAttribution(this.#context.getStore(), attribution), work);
  }

  /**
   * Attributes a single call: `client.chat.completions.create(body, tokengrip.attribute({ user: 'u_42' }))`.
   * Pass the client's own request options second, if there are any. None of it reaches the provider.
   */
  attribute<Options extends object>(attribution: Attribution, options?: Options): Options {
    return { ...options, [ATTRIBUTION_OPTION]: attribution } as unknown as Options;
  }

  /** Records a call that no wrapper sees. Context and defaults fill in the attribution that the record leaves out. */
  track(record: ManualRecord): void {
    const recorder = this.#recorder;
    if (recorder === undefined) return;
    recorder.warnings.guard(() => {
      if (typeof record?.source !== 'string' || typeof record.model !== 'string' || record.model === '') {
        recorder.warnings.once('dropped', 'Records are lost: track() needs a source and a model.', 'track');
        return;
      }
      recorder.submit({ record: recorder.begin(manualRecord(record, recorder.settings), { call: record }) });
    });
  }

  /**
   * Waits until everything recorded so far is delivered or given up, at most `timeoutMs`. Resolves to whether it came
   * to that; what is left is still sent later. Call it before a serverless function returns.
   */
  async flush(timeoutMs = FLUSH_TIMEOUT_MS): Promise<boolean> {
    const pending = this.#recorder?.settled();
    const leftMs = pending === undefined ? timeoutMs : await waitAtMost(timeoutMs, pending);
    return (await this.#delivery?.flush(leftMs)) ?? true;
  }

  /** Flushes, gives up what is left after `timeoutMs`, and records nothing any more. */
  async close(timeoutMs = FLUSH_TIMEOUT_MS): Promise<boolean> {
    const pending = this.#recorder?.settled();
    const leftMs = pending === undefined ? timeoutMs : await waitAtMost(timeoutMs, pending);
    const delivered = (await this.#delivery?.close(leftMs)) ?? true;
    this.#gate?.close();
    return delivered;
  }
}

/** Waits for calls that have ended and are not yet in the queue. Resolves to what is left of the time. */
async function waitAtMost(timeoutMs: number, work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
  return Math.max(0, timeoutMs - (performance.now() - start));
}

/** Budgets are asked about on connections of their own: they must not wait behind records. */
function makeGate(options: TokengripOptions, settings: DeliverySettings, warnings: Warnings): BudgetGate | undefined {
  const enforce = options.enforceBudgets === true;
  if (!enforce && options.onBudget === undefined) return undefined;
  const server = new BudgetServer(makeTransport(settings), settings.endpoint, settings.apiKey);
  return new BudgetGate({ enforce, timeoutMs: settings.budgetTimeoutMs, onBudget: options.onBudget }, server, warnings);
}

function makeTransport({ endpoint, timeoutMs, fetch }: DeliverySettings): FetchTransport | HttpTransport {
  return fetch === undefined ? new HttpTransport(endpoint, timeoutMs) : new FetchTransport(endpoint, timeoutMs, fetch);
}
