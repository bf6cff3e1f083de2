import { at, textAt } from './json.ts';
import type { Reader, ResponseFacts } from './reader.ts';
import type { RecordedCall } from './recorded-call.ts';

/** Calls that are remembered at a time; a host that never asks for its results must not collect them for ever. */
const MAX_PARKED = 1_000;

/**
 * Responses that OpenAI works on in the background. Their usage is not in the answer to `create()` but in that of a
 * later `retrieve()` or `cancel()`, of which there may be many, and perhaps in another process. The first of them
 * that brings the end makes the record; a record of the same response from elsewhere is recognized by its id.
 */
export class BackgroundResponses {
  readonly #parked = new Map<string, RecordedCall>();
  readonly #settled = new Set<string>();

  park(responseId: string, call: RecordedCall): void {
    this.#parked.set(responseId, call);
    forgetOldest(this.#parked);
  }

  /** Sees the answer to a `retrieve()` or `cancel()`; `begin` makes a call for one that started elsewhere. */
  look(response: unknown, reader: Reader, begin: () => RecordedCall): void {
    const facts: ResponseFacts = reader.response(response);
    const { responseId } = facts;
    if (responseId === undefined || facts.pending === true || at(response, 'background') !== true) return;
    if (this.#settled.has(responseId)) return;
    const call = this.#parked.get(responseId) ?? begin();
    this.#parked.delete(responseId);
    this.#settled.add(responseId);
    forgetOldest(this.#settled);
    call.settle(facts, reader.responseText(response), workingTimeMs(response));
  }
}

/** The provider's own account, in whole seconds: the time until somebody asked says nothing. */
function workingTimeMs(response: unknown): number | undefined {
  const [from, to] = [at(response, 'created_at'), at(response, 'completed_at')];
  return typeof from === 'number' && typeof to === 'number' ? (to - from) * 1_000 : undefined;
}

/** The body of a request for what a response says of its own: enough to record one that was begun elsewhere. */
export function bodyOfResponse(response: unknown): Record<string, unknown> {
  return {
    model: textAt(response, 'model'),
    reasoning: at(response, 'reasoning'),
    max_output_tokens: at(response, 'max_output_tokens'),
  };
}

function forgetOldest(entries: Map<string, unknown> | Set<string>): void {
  if (entries.size <= MAX_PARKED) return;
  for (const oldest of entries.keys()) {
    entries.delete(oldest);
    return;
  }
}
