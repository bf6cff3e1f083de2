import { behind } from '../budget/gated-promise.ts';
import type { Recorder } from '../client/recorder.ts';
import { ATTRIBUTION_OPTION, type Attribution, mergeAttribution } from '../record/attribution.ts';
import { BackgroundResponses, bodyOfResponse } from './background-responses.ts';
import { type Endpoint, findEndpoint } from './endpoint.ts';
import { at, isFields } from './json.ts';
import { observePromise } from './observe-promise.ts';
import { isClientStream, observeStream } from './observe-stream.ts';
import type { WrapOptions } from './options.ts';
import type { Reader } from './reader.ts';
import { RecordedCall } from './recorded-call.ts';
import { runCall, type WireCall } from './wire.ts';

type Send = (args: unknown[]) => unknown;

/** One wrapped client: what all of its calls have in common, and how a call of one of its methods is recorded. */
export class WrapSession {
  readonly recorder: Recorder;
  readonly options: WrapOptions;
  readonly family: 'openai' | 'anthropic';
  readonly #client: object;
  readonly #background = new BackgroundResponses();
  #endpoint: { address: unknown; found: Endpoint } | undefined;
  /** Whether the provider takes the question for the usage of a stream; undefined until it was asked. */
  #takesQuestion: boolean | undefined;

  constructor(client: object, recorder: Recorder, options: WrapOptions, family: 'openai' | 'anthropic') {
    this.#client = client;
    this.recorder = recorder;
    this.options = options;
    this.family = family;
  }

  /**
   * Makes a call of `create(body, options)` and records it. The client gets the very arguments of the host, except
   * that the attribution is taken out of the options. What the method throws or returns is the host's, untouched.
   */
  record(reader: Reader, args: unknown[], send: Send): unknown {
    const { sent, attribution } = takeAttribution(args);
    const call = this.recorder.warnings.guard(() => this.#begin(reader, sent[0], attribution));
    if (call === undefined) return send(sent);
    const make = () => {
      const result = runCall(call.wire, () => send(sent));
      return this.recorder.warnings.guard(() => observePromise(result, call.call.observer)) ?? result;
    };
    const gate = this.recorder.warnings.guard(() => this.recorder.gate?.enter(call.call.budgetCall));
    if (gate === undefined) return make();
    return behind(gate, () => {
      call.call.started();
      return make();
    });
  }

  /** Makes a call of `retrieve()` or `cancel()`, which may bring the end of a response in the background. */
  follow(reader: Reader, args: unknown[], send: Send): unknown {
    const { sent, attribution } = takeAttribution(args);
    const look = (response: unknown) =>
      this.recorder.warnings.guard(() =>
        this.#background.look(response, reader, () => this.#begin(reader, bodyOfResponse(response), attribution).call),
      );
    const result = send(sent);
    const succeeded = (value: unknown) => {
      if (!isClientStream(value)) return void look(value);
      observeStream(value, {
        event: (event) => {
          if (isFields(at(event, 'response'))) look(at(event, 'response'));
          return true;
        },
        end: () => undefined,
        ending: () => undefined,
      });
    };
    let seen = false;
    const once = (value: unknown) => {
      if (seen) return;
      seen = true;
      this.recorder.warnings.guard(() => succeeded(value));
    };
    const ignore = () => undefined;
    return (
      this.recorder.warnings.guard(() =>
        observePromise(result, { succeeded: once, failed: ignore, rawWanted: ignore, responded: ignore }),
      ) ?? result
    );
  }

  /** Warns once about a method whose calls are billed and not seen. */
  unrecorded(method: string): void {
    this.recorder.warnings.once(
      'not_recorded',
      `${method} is not recorded, so its cost is missing. Record it with tokengrip.track().`,
      method,
    );
  }

  #begin(reader: Reader, body: unknown, attribution: Attribution | undefined): { call: RecordedCall; wire: WireCall } {
    const endpoint = this.#findEndpoint();
    const wire: WireCall = {
      path: reader.path,
      attempts: 0,
      askForUsage: reader.format === 'chat' && this.#asksForUsage(body, endpoint),
      asked: false,
      knowsQuestion: endpoint.known || this.#takesQuestion === true,
      onAnswer: (takesQuestion) => {
        this.#takesQuestion = takesQuestion;
      },
    };
    const call = new RecordedCall({
      recorder: this.recorder,
      reader,
      endpoint,
      body,
      attribution: { wrapper: this.options, call: attribution },
      wire,
      park: (responseId, parked) => this.#background.park(responseId, parked),
    });
    return { call, wire };
  }

  #asksForUsage(body: unknown, endpoint: Endpoint): boolean {
    if (at(body, 'stream') !== true || this.#takesQuestion === false) return false;
    // The host's own word counts; and Azure refuses the question together with its own data sources.
    if (at(body, 'stream_options', 'include_usage') !== undefined || at(body, 'data_sources') !== undefined)
      return false;
    return this.options.includeUsage ?? endpoint.mustAskForUsage;
  }

  /** Found anew when the host gives its client another address. */
  #findEndpoint(): Endpoint {
    const address: unknown = Reflect.get(this.#client, 'baseURL');
    if (this.#endpoint === undefined || this.#endpoint.address !== address) {
      this.#endpoint = { address, found: findEndpoint(this.#client, this.options, this.family) };
    }
    return this.#endpoint.found;
  }
}

/**
 * Takes the attribution out of the options, or out of whatever argument the host has put it into: it is not for the
 * provider. Arguments without any stay the very objects that they are, because the clients recognize some of them.
 */
function takeAttribution(args: unknown[]): { sent: unknown[]; attribution: Attribution | undefined } {
  let attribution: Attribution | undefined;
  const sent = args.map((argument) => {
    if (!isFields(argument) || !Object.hasOwn(argument, ATTRIBUTION_OPTION)) return argument;
    const { [ATTRIBUTION_OPTION]: taken, ...rest } = argument;
    if (isFields(taken)) attribution = mergeAttribution(attribution, taken);
    return rest;
  });
  return { sent, attribution };
}
