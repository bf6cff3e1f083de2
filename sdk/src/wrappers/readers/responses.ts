import { at, countAt, isFields, listAt, textAt, textOf } from '../json.ts';
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
const BILLED_ITEMS: Readonly<Record<string, string>> = {
  web_search_call: 'webSearches',
  file_search_call: 'fileSearches',
};

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
  if (isFields(usage)) facts.usage = usage;
  const status = textAt(response, 'status');
  const finishReason = textAt(response, 'incomplete_details', 'reason') ?? status;
  if (finishReason !== undefined) facts.finishReason = finishReason;
  if (status === 'failed') facts.errorType = textAt(response, 'error', 'code') ?? 'failed';
  if (at(response, 'background') === true && UNFINISHED.has(status)) facts.pending = true;
  const units = billedTools(listAt(response, 'output'));
  if (units !== undefined) facts.units = units;
  return facts;
}

function billedTools(output: readonly unknown[]): Record<string, number> | undefined {
  const units: Record<string, number> = {};
  const containers = new Set<string>();
  for (const item of output) {
    const name = BILLED_ITEMS[textAt(item, 'type') ?? ''];
    if (name !== undefined) units[name] = (units[name] ?? 0) + 1;
    const container = at(item, 'type') === 'code_interpreter_call' ? textAt(item, 'container_id') : undefined;
    if (container !== undefined) containers.add(container);
  }
  if (containers.size > 0) units.codeInterpreterSessions = containers.size;
  return Object.keys(units).length > 0 ? units : undefined;
}
