import { at, countAt, type Fields, isFields, listAt, textAt, textOf } from '../json.ts';
import type { Reader, RequestFacts, ResponseFacts, StreamReader } from '../reader.ts';
import { collectText, lastUserTurn, omit } from './shared.ts';

/** Fields that say how the answer travels or who asks, and not what is asked. */
const NOT_IDENTITY = [
  'stream',
  'stream_options',
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'store',
  'background',
  'include',
];

/** Events that bring the answer as it stands at the end. */
const TERMINAL_EVENTS: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
]);

/** A response that goes on in the background after the call has returned. */
const UNFINISHED: ReadonlySet<unknown> = new Set(['queued', 'in_progress']);

/** Tools that the provider runs and bills by the piece; the usage object does not count them. */
const BILLED_ITEMS: ReadonlySet<unknown> = new Set(['web_search_call', 'file_search_call', 'code_interpreter_call']);

/** OpenAI Responses: https://platform.openai.com/docs/api-reference/responses */
export const responsesReader: Reader = {
  format: 'responses',
  path: /\/responses$/,

  request(body) {
    const facts: RequestFacts = { model: textAt(body, 'model') };
    const tier = textAt(body, 'service_tier');
    if (tier !== undefined) facts.requestedTier = tier;
    const effort = textAt(body, 'reasoning', 'effort');
    if (effort !== undefined) facts.reasoningEffort = effort;
    const limit = countAt(body, 'max_output_tokens');
    if (limit !== undefined) facts.maxOutputTokens = limit;
    return facts;
  },

  identity(body) {
    const input = at(body, 'input');
    const items = Array.isArray(input) ? input : [input];
    const turn = lastUserTurn(items);
    const head = [at(body, 'tools'), at(body, 'instructions'), at(body, 'prompt'), ...items.slice(0, turn)];
    return {
      prefix: head.every((part) => part === undefined) ? [] : head,
      rest: [items.slice(turn), omit(body, ['input', 'tools', 'instructions', 'prompt', ...NOT_IDENTITY])],
    };
  },

  promptText(body) {
    const input = at(body, 'input');
    if (!Array.isArray(input)) return textOf(input);
    return textOf(at(input[lastUserTurn(input)], 'content'));
  },

  response: responseFacts,

  responseText(answer) {
    const messages = listAt(answer, 'output').filter((item) => at(item, 'type') === 'message');
    return messages.map((message) => textOf(at(message, 'content'))).join('\n');
  },

  stream: () => new ResponsesStreamReader(),
};

class ResponsesStreamReader implements StreamReader {
  #response: unknown;
  #complete = false;
  readonly #text = collectText();

  event(event: unknown): boolean {
    const type = at(event, 'type');
    // Every event of the response's course carries the response as it stands then.
    if (isFields(at(event, 'response'))) this.#response = at(event, 'response');
    if (TERMINAL_EVENTS.has(type)) this.#complete = true;
    if (type === 'response.output_text.delta' || type === 'response.refusal.delta') {
      this.#text.add(textAt(event, 'delta'));
    }
    return typeof type === 'string' && type.endsWith('.delta');
  }

  facts(): ResponseFacts & { complete: boolean } {
    return { ...responseFacts(this.#response), complete: this.#complete };
  }

  text(): string {
    return this.#text.read();
  }
}

function responseFacts(response: unknown): ResponseFacts {
  const facts: ResponseFacts = {};
  const model = textAt(response, 'model');
  if (model !== undefined) facts.model = model;
  const id = textAt(response, 'id');
  if (id !== undefined) facts.responseId = id;
  const tier = textAt(response, 'service_tier');
  if (tier !== undefined) facts.serviceTier = tier;
  const usage = at(response, 'usage');
  if (isFields(usage)) facts.usage = withBilledTools(usage, listAt(response, 'output'));
  const status = textAt(response, 'status');
  const finishReason = textAt(response, 'incomplete_details', 'reason') ?? status;
  if (finishReason !== undefined && !UNFINISHED.has(finishReason)) facts.finishReason = finishReason;
  if (status === 'failed') facts.errorType = textAt(response, 'error', 'code') ?? 'failed';
  if (at(response, 'background') === true && UNFINISHED.has(status)) facts.pending = true;
  return facts;
}

/**
 * The usage object itself; or, where there were billed tools, the part of the response that says so: the usage and
 * the kinds of the tools' items. What was searched for is content and stays here.
 */
function withBilledTools(usage: Fields, output: readonly unknown[]): Fields {
  const billed = output.filter((item) => BILLED_ITEMS.has(at(item, 'type')));
  if (billed.length === 0) return usage;
  return { usage, output: billed.map(billedItem) };
}

function billedItem(item: unknown): Fields {
  const kind: Fields = { type: at(item, 'type') };
  const action = textAt(item, 'action', 'type');
  if (action !== undefined) kind.action = { type: action };
  const container = textAt(item, 'container_id');
  if (container !== undefined) kind.container_id = container;
  return kind;
}
