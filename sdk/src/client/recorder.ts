import type { BudgetGate } from '../budget/gate.ts';
import { type Attribution, applyAttribution, mergeAttribution } from '../record/attribution.ts';
import { uuidV7 } from '../record/ids.ts';
import { clipName, LIMITS } from '../record/text.ts';
import type { UsageRecord } from '../record/usage-record.ts';
import type { Warnings } from './warnings.ts';

/** A record on its way: what its call knows so far, with the attribution of the moment at which it was made. */
export interface Draft {
  record: UsageRecord;
  /** Still being computed, beside the host's work. */
  later?: Promise<Partial<UsageRecord>> | undefined;
}

export interface RecorderSettings {
  apiKey: string;
  captureContent: boolean;
  requestHashes: boolean;
}

/** Free names in a record, beside those of the attribution. They are cut rather than refused. */
const NAMES = [
  'provider',
  'model',
  'errorType',
  'finishReason',
  'serviceTier',
  'requestedTier',
  'speed',
  'region',
  'reasoningEffort',
  'responseId',
] as const;

/**
 * What the wrappers see of a client: they begin a record when a call begins and submit it when it has ended.
 * Nothing here throws into the caller.
 */
export class Recorder {
  readonly settings: RecorderSettings;
  readonly warnings: Warnings;
  /** Decides about calls, where budgets are watched. */
  readonly gate: BudgetGate | undefined;
  readonly #enqueue: (json: string) => void;
  readonly #context: () => Attribution | undefined;
  readonly #defaults: Attribution;
  readonly #pending = new Set<Promise<void>>();

  constructor(parts: {
    settings: RecorderSettings;
    warnings: Warnings;
    defaults: Attribution;
    context: () => Attribution | undefined;
    enqueue: (json: string) => void;
    gate?: BudgetGate | undefined;
  }) {
    this.gate = parts.gate;
    this.settings = parts.settings;
    this.warnings = parts.warnings;
    this.#defaults = parts.defaults;
    this.#context = parts.context;
    this.#enqueue = parts.enqueue;
  }

  /**
   * A record of a call that starts now. Id and time are made here, once: whatever is sent again later carries the
   * same. The more specific attribution wins: the call's, then the context's, then the wrapper's, then the client's.
   */
  begin(base: UsageRecord, layers: { wrapper?: Attribution | undefined; call?: Attribution | undefined }): UsageRecord {
    const record = base.id === undefined ? { ...base, ...newIdentity(base.timestamp) } : { ...base };
    const cut = applyAttribution(
      record,
      mergeAttribution(this.#defaults, layers.wrapper, this.#context(), layers.call),
    );
    for (const name of cut) {
      this.warnings.once('cut', `${name} was longer than Tokengrip takes and was cut.`, name);
    }
    return record;
  }

  submit({ record, later }: Draft): void {
    if (later === undefined) {
      this.#send(record);
      return;
    }
    this.waitFor(
      later.then(
        (facts) => this.#send({ ...record, ...facts }),
        (error) => {
          this.warnings.internal(error);
          this.#send(record);
        },
      ),
    );
  }

  /** Makes a flush wait for work that ends in a record. The work must not reject. */
  waitFor(work: Promise<void>): void {
    const waiting = work.finally(() => this.#pending.delete(waiting));
    this.#pending.add(waiting);
  }

  /** Resolves when everything submitted so far is in the queue; undefined if it is already. */
  settled(): Promise<unknown> | undefined {
    if (this.#pending.size === 0) return undefined;
    // What is awaited may itself submit a record, which then waits once more.
    return Promise.all(this.#pending).then(() => Promise.all(this.#pending));
  }

  #send(record: UsageRecord): void {
    this.warnings.guard(() => {
      for (const name of NAMES) {
        const value = record[name];
        if (value !== undefined) record[name] = clipName(value, LIMITS.name);
      }
      this.#enqueue(JSON.stringify(record));
    });
  }
}

function newIdentity(timestamp: string | undefined): { id: string; timestamp: string } {
  const nowMs = Date.now();
  return { id: uuidV7(nowMs), timestamp: timestamp ?? new Date(nowMs).toISOString() };
}

const recorders = new WeakMap<object, Recorder>();

/** Hands a client's recorder to the wrappers without putting it on the client, where it would look like its API. */
export function attachRecorder(client: object, recorder: Recorder): void {
  recorders.set(client, recorder);
}

/** Undefined for a client that is switched off, and for what is no client. */
export function recorderOf(client: unknown): Recorder | undefined {
  return typeof client === 'object' && client !== null ? recorders.get(client) : undefined;
}
