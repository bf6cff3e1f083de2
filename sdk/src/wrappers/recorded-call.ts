import { performance } from 'node:perf_hooks';
import type { BudgetCall } from '../budget/state.ts';
import type { Recorder } from '../client/recorder.ts';
import type { Attribution } from '../record/attribution.ts';
import { digestRequest } from '../record/digests.ts';
import { wholeMs } from '../record/manual-record.ts';
import { clipContent } from '../record/text.ts';
import type { UsageRecord } from '../record/usage-record.ts';
import { type Endpoint, sourceOf } from './endpoint.ts';
import { errorType } from './error-type.ts';
import { hideUsage } from './hide-usage.ts';
import { at, isFields } from './json.ts';
import type { PromiseObserver } from './observe-promise.ts';
import { type ClientStream, isClientStream, observeStream, type StreamEnd } from './observe-stream.ts';
import type { Reader, ResponseFacts, StreamReader } from './reader.ts';
import type { WireCall } from './wire.ts';

/** What a stream that the host leaves is recorded with as the reason of its end. */
const CANCELLED = 'cancelled';
const INCOMPLETE = 'incomplete_stream';

export interface CallParts {
  recorder: Recorder;
  reader: Reader;
  endpoint: Endpoint;
  body: unknown;
  attribution: { wrapper?: Attribution | undefined; call?: Attribution | undefined };
  wire: WireCall;
  /** Takes over a call whose answer is still to come, by the id of the response. */
  park(responseId: string, call: RecordedCall): void;
}

/**
 * One call of the host to a provider, from its beginning to the single record that is made of it. Whatever happens
 * first ends it: the answer, the end of the stream, an error. Faults in here become warnings.
 */
export class RecordedCall {
  readonly #parts: CallParts;
  readonly #record: UsageRecord;
  readonly #requestModel: string | undefined;
  #startMs = performance.now();
  readonly #later: Promise<Partial<UsageRecord>> | undefined;
  #answered = false;
  #done = false;

  constructor(parts: CallParts) {
    const { recorder, reader, endpoint, body, attribution } = parts;
    const { model, ...request } = reader.request(body);
    this.#parts = parts;
    this.#requestModel = model;
    this.#record = recorder.begin(
      { source: sourceOf(endpoint, reader.format), provider: endpoint.provider, model: model ?? 'unknown', ...request },
      attribution,
    );
    if (endpoint.region !== undefined) this.#record.region = endpoint.region;
    if (at(body, 'stream') === true) this.#record.streamed = true;
    this.#later = readRequestLater(parts);
  }

  readonly observer: PromiseObserver = {
    succeeded: (value) => this.#guard(() => this.#succeeded(value)),
    failed: (error) => this.#guard(() => this.#finish({}, { errorType: errorType(error) })),
    // What a raw stream brings cannot be taken out of it again.
    rawWanted: () => {
      this.#parts.wire.askForUsage = false;
    },
    responded: (response) => this.#guard(() => this.#responded(response)),
  };

  /** What decides about its budgets. */
  get budgetCall(): BudgetCall {
    return this.#record;
  }

  /** The call is made only now: it had to wait. */
  started(): void {
    this.#startMs = performance.now();
  }

  /** Ends a call that was parked. `facts` are of the response as it stands at last. */
  settle(facts: ResponseFacts, text: string, latencyMs: number | undefined): void {
    this.#guard(() => this.#finish(facts, { text, latencyMs }));
  }

  #guard(work: () => void): void {
    this.#parts.recorder.warnings.guard(work);
  }

  #succeeded(value: unknown): void {
    if (this.#answered || this.#done) return;
    this.#answered = true;
    if (isClientStream(value)) this.#watch(value);
    else this.#answer(value);
  }

  #answer(value: unknown): void {
    const { reader } = this.#parts;
    const facts = reader.response(value);
    if (this.#goesOn(facts)) return;
    this.#finish(facts, { text: this.#capturing() ? reader.responseText(value) : undefined });
  }

  /** The provider works on in the background: the record is made when somebody asks for the result. */
  #goesOn({ pending, responseId }: ResponseFacts): boolean {
    if (pending !== true || responseId === undefined) return false;
    this.#parts.park(responseId, this);
    return true;
  }

  /** A copy of a JSON answer is read; a stream is left to the host, because a copy of it could not be cancelled. */
  #responded(response: unknown): void {
    if (this.#answered || this.#done) return;
    this.#answered = true;
    const latencyMs = performance.now() - this.#startMs;
    const finish = (read: () => ResponseFacts): void => this.#guard(() => this.#finish(read(), { latencyMs }));
    if (this.#record.streamed === true || !(response instanceof Response) || response.bodyUsed) {
      finish(() => ({}));
      return;
    }
    const copy: Promise<unknown> = response.clone().json();
    const reading = copy.then(
      (answer) => finish(() => this.#parts.reader.response(answer)),
      () => finish(() => ({})),
    );
    this.#parts.recorder.waitFor(reading);
  }

  #watch(stream: ClientStream): void {
    this.#record.streamed = true;
    const reader = this.#parts.reader.stream();
    const { recorder } = this.#parts;
    observeStream(stream, {
      event: (event) => recorder.warnings.guard(() => this.#event(event, reader)) ?? true,
      end: (how) => this.#guard(() => this.#streamEnded(how, reader)),
      ending: (work) => recorder.waitFor(work),
    });
  }

  #event(event: unknown, reader: StreamReader): boolean {
    if (reader.event(event) && this.#record.timeToFirstTokenMs === undefined) {
      this.#record.timeToFirstTokenMs = wholeMs(performance.now() - this.#startMs);
    }
    return !(this.#parts.wire.asked && hideUsage(event));
  }

  #streamEnded(how: StreamEnd, reader: StreamReader): void {
    const { complete, ...facts } = reader.facts();
    if (this.#goesOn(facts)) return;
    if (how.kind === 'cancelled' && !complete) facts.finishReason = CANCELLED;
    let failure = how.kind === 'failed' ? errorType(how.error) : undefined;
    if (how.kind === 'ended' && !complete) failure = INCOMPLETE;
    if (how.kind === 'ended' && complete && facts.usage === undefined && facts.errorType === undefined) {
      this.#warnOfUsage();
    }
    this.#finish(facts, { text: this.#capturing() ? reader.text() : undefined, errorType: failure });
  }

  #warnOfUsage(): void {
    const { recorder, endpoint } = this.#parts;
    recorder.warnings.once(
      'usage_missing',
      `Streams from ${endpoint.provider} tell no usage, so their cost is not known. ` +
        'If the server can tell it, pass stream_options: { include_usage: true }.',
      endpoint.provider,
    );
  }

  #finish(
    { model, errorType: answeredError, pending: _, ...facts }: ResponseFacts,
    rest: { text?: string | undefined; errorType?: string | undefined; latencyMs?: number | undefined },
  ): void {
    if (this.#done) return;
    this.#done = true;
    const { recorder, endpoint, wire } = this.#parts;
    const record: UsageRecord = { ...this.#record, ...facts };
    const named = endpoint.modelFrom === 'request' ? (this.#requestModel ?? model) : (model ?? this.#requestModel);
    if (named !== undefined) record.model = named;
    recorder.gate?.noteModel(this.#requestModel, record.model);
    const failure = rest.errorType ?? answeredError;
    record.status = failure === undefined ? 'ok' : 'error';
    if (failure !== undefined) record.errorType = failure;
    record.latencyMs = wholeMs(rest.latencyMs ?? performance.now() - this.#startMs);
    if (wire.attempts > 0) record.attempts = wire.attempts;
    record.streamed ??= false;
    recorder.submit({ record, later: this.#withResponseText(rest.text) });
  }

  #capturing(): boolean {
    return this.#parts.recorder.settings.captureContent;
  }

  #withResponseText(response: string | undefined): Promise<Partial<UsageRecord>> | undefined {
    if (!this.#capturing()) return this.#later;
    return this.#later?.then((facts) => ({ ...facts, content: { ...facts.content, ...clipContent({ response }) } }));
  }
}

/**
 * Hashes, and text if it is captured, of the request. They are read when the request is already on its way, in
 * pieces: the host's call does not wait for them. The list of messages is copied at once, because hosts go on to
 * append to it. Never rejects.
 */
function readRequestLater({ recorder, reader, body }: CallParts): Promise<Partial<UsageRecord>> | undefined {
  const { apiKey, captureContent, requestHashes } = recorder.settings;
  if (!captureContent && !requestHashes) return undefined;
  const copy = shallowCopy(body);
  return new Promise((resolve) => setImmediate(resolve)).then(async () => {
    const facts: Partial<UsageRecord> = {};
    try {
      if (captureContent) facts.content = clipContent({ prompt: reader.promptText(copy) });
      if (requestHashes) Object.assign(facts, await digestRequest(apiKey, reader.identity(copy)));
    } catch (error) {
      recorder.warnings.internal(error);
    }
    return facts;
  });
}

function shallowCopy(body: unknown): unknown {
  if (!isFields(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? value.slice() : value]),
  );
}
