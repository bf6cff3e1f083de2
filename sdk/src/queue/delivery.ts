import type { DeliverySettings } from '../client/options.ts';
import type { Warnings } from '../client/warnings.ts';
import { encodeBatch } from '../transport/encode-batch.ts';
import { type Outcome, readOutcome } from '../transport/outcome.ts';
import type { OutgoingRequest, Transport } from '../transport/transport.ts';
import { backoffMs } from './backoff.ts';
import { DeliveryReports, failureName } from './delivery-reports.ts';
import { finishAtExit, type LeavesWork, nothingLeft } from './exit-hook.ts';
import { type QueuedRecord, RecordQueue } from './record-queue.ts';

/** Stays below the usual body limit of a proxy in front of the server, 1 MB, before compression. */
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_RECORD_BYTES = 512 * 1024;
/** After a refusal (a revoked key, a wrong address) later records are tried only so often. */
const REFUSED_WAIT_MS = 30_000;
/** One failed attempt is a hiccup; from the second on the host should know. */
const FAILURES_BEFORE_WARNING = 2;

/** What became of the records so far. */
export interface DeliveryStats {
  /** Waiting or under way. */
  queued: number;
  delivered: number;
  /** Reached the server, which did not store them. */
  rejected: number;
  /** Lost in this process. */
  dropped: number;
}

/**
 * Takes records in and brings them to the server.
 *
 * One batch is under way at a time. It is sent when it is full, when its oldest record has waited for
 * `flushIntervalMs`, or when somebody flushes; it is sent again until the server takes or refuses it. Records are
 * settled in the order in which they came, so a flush is over when as many were settled as had come by then.
 */
export class Delivery implements LeavesWork {
  readonly #settings: DeliverySettings;
  readonly #transport: Transport;
  readonly #warnings: Warnings;
  readonly #reports: DeliveryReports;
  readonly #queue: RecordQueue;
  readonly #stats: DeliveryStats = { queued: 0, delivered: 0, rejected: 0, dropped: 0 };
  /** Asks for the state of budgets with each batch, and takes it. */
  readonly #onBudgets: ((states: unknown) => void) | undefined;
  #accepted = 0;
  #settled = 0;
  /** Records up to this one are sent without waiting for company. */
  #hurryTo = 0;
  #waiters: { target: number; resolve: () => void }[] = [];
  #running = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #notBeforeMs = 0;
  #abort = new AbortController();

  constructor(
    settings: DeliverySettings,
    transport: Transport,
    warnings: Warnings,
    onBudgets?: (states: unknown) => void,
  ) {
    this.#settings = settings;
    this.#transport = transport;
    this.#warnings = warnings;
    this.#onBudgets = onBudgets;
    this.#reports = new DeliveryReports(warnings, settings.endpoint);
    this.#queue = new RecordQueue(settings.maxQueueSize, settings.maxQueueBytes);
  }

  get stats(): DeliveryStats {
    return { ...this.#stats, queued: this.#accepted - this.#settled };
  }

  enqueue(json: string): void {
    const problem = this.#add(json);
    if (problem !== undefined) {
      this.#stats.dropped += 1;
      this.#reports.lost(problem);
      return;
    }
    finishAtExit(this);
    if (this.#queue.length >= this.#settings.maxBatchSize) this.#start();
    else this.#startIn(this.#settings.flushIntervalMs);
  }

  /**
   * Waits until every record so far is delivered or given up, at most `timeoutMs`. Keeps the process alive meanwhile.
   * Resolves to whether that came in time; what did not stays in the queue.
   */
  async flush(timeoutMs: number): Promise<boolean> {
    const target = this.#accepted;
    if (this.#settled >= target) return true;
    this.#hurryTo = target;
    this.#notBeforeMs = 0;
    this.#wake?.();
    this.#start();
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      const done = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#waiters.push({ target, resolve: done });
    });
  }

  /** Flushes, gives up what is left after `timeoutMs`, and takes nothing any more. */
  async close(timeoutMs: number): Promise<boolean> {
    this.#closed = true;
    const delivered = await this.flush(timeoutMs);
    if (!delivered) this.#abandon();
    clearTimeout(this.#timer);
    this.#transport.close();
    return delivered;
  }

  /** The process has nothing else to do. */
  finish(): void {
    const { exitTimeoutMs } = this.#settings;
    if (exitTimeoutMs === 0) {
      this.#abandon();
      return;
    }
    this.flush(exitTimeoutMs).then(
      (delivered) => {
        if (!delivered) this.#abandon();
      },
      (error) => this.#warnings.internal(error),
    );
  }

  /** Undefined, or why the record is lost. */
  #add(json: string): string | undefined {
    if (this.#closed) return 'the client was closed before';
    if (json.length > MAX_RECORD_BYTES) return 'a record was too large';
    if (!this.#queue.push(json)) return 'the queue is full, because the server is away or does not keep up';
    this.#accepted += 1;
    return undefined;
  }

  #startIn(delayMs: number): void {
    if (this.#timer !== undefined || this.#running) return;
    const waitMs = Math.max(delayMs, this.#notBeforeMs - Date.now());
    this.#timer = setTimeout(() => this.#start(), waitMs);
    this.#timer.unref();
  }

  #start(): void {
    if (this.#running) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#notBeforeMs > Date.now()) {
      this.#startIn(0);
      return;
    }
    this.#running = true;
    this.#run()
      .catch((error) => this.#warnings.internal(error))
      .finally(() => {
        this.#running = false;
        if (this.#queue.length > 0) this.#startIn(this.#settled < this.#hurryTo ? 0 : this.#settings.flushIntervalMs);
      });
  }

  async #run(): Promise<void> {
    do {
      const batch = this.#queue.take(this.#settings.maxBatchSize, MAX_BATCH_BYTES);
      if (batch.length > 0) await this.#deliver(batch, this.#abort.signal);
    } while (
      this.#notBeforeMs <= Date.now() &&
      (this.#queue.length >= this.#settings.maxBatchSize || (this.#queue.length > 0 && this.#settled < this.#hurryTo))
    );
  }

  async #deliver(batch: QueuedRecord[], signal: AbortSignal): Promise<void> {
    const request = await encodeBatch(
      batch,
      this.#settings.apiKey,
      this.#onBudgets === undefined ? {} : { 'tokengrip-budgets': 'include' },
    );
    for (let failures = 0; !signal.aborted; ) {
      const outcome = await this.#attempt(request, signal);
      if (outcome.kind === 'delivered') {
        this.#reports.rejected(outcome.rejected);
        this.#warnings.guard(() => this.#onBudgets?.(outcome.budgets));
        this.#stats.delivered += batch.length - outcome.rejected.length;
        this.#stats.rejected += outcome.rejected.length;
        this.#settle(batch);
        return;
      }
      if (outcome.kind === 'too_large' && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        await this.#deliver(batch.slice(0, middle), signal);
        await this.#deliver(batch.slice(middle), signal);
        return;
      }
      if (outcome.kind === 'refused' || outcome.kind === 'too_large') {
        this.#giveUp(outcome);
        break;
      }
      failures += 1;
      if (failures >= FAILURES_BEFORE_WARNING && !signal.aborted) this.#reports.failed(outcome.reason);
      await this.#pause(outcome.afterMs, failures, signal);
    }
    this.#stats.dropped += batch.length;
    this.#settle(batch);
  }

  #giveUp(outcome: Extract<Outcome, { kind: 'refused' | 'too_large' }>): void {
    if (outcome.kind === 'too_large') {
      this.#reports.lost('a record is too large for the server');
      return;
    }
    if (outcome.lasting) this.#notBeforeMs = Date.now() + REFUSED_WAIT_MS;
    this.#reports.refused(outcome.reason);
  }

  async #attempt(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome> {
    try {
      return readOutcome(await this.#transport.send(request, signal), Date.now());
    } catch (error) {
      return { kind: 'retry', reason: failureName(error), afterMs: undefined };
    }
  }

  /** A flush cuts the wait short, unless the server itself asked for it. */
  #pause(askedMs: number | undefined, failures: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, askedMs ?? backoffMs(failures, Math.random()));
      timer.unref();
      signal.addEventListener('abort', done);
      if (askedMs === undefined) this.#wake = done;
      if (signal.aborted) done();
    });
  }

  #settle(batch: readonly QueuedRecord[]): void {
    this.#queue.settle(batch);
    this.#settled += batch.length;
    this.#notifyWaiters();
  }

  #notifyWaiters(): void {
    if (this.#settled === this.#accepted) nothingLeft(this);
    const reached = this.#waiters.filter(({ target }) => this.#settled >= target);
    this.#waiters = this.#waiters.filter(({ target }) => this.#settled < target);
    for (const { resolve } of reached) resolve();
  }

  /** Gives up everything that waits or is under way. */
  #abandon(): void {
    const waiting = this.#queue.clear();
    const lost = this.#accepted - this.#settled;
    this.#stats.dropped += waiting;
    this.#settled += waiting;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#notifyWaiters();
    this.#reports.leftAtEnd(lost);
  }
}
