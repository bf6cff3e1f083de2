import { at, countAt, type Fields, isFields, listAt, textAt, textOf } from '../json.ts';
import type { Reader, RequestFacts, ResponseFacts, StreamReader } from '../reader.ts';
import { collectText, lastUserTurn, omit } from './shared.ts';

/** Fields that say how the answer travels or who asks, and not what is asked. */
const NOT_IDENTITY = ['stream', 'metadata', 'user_profile_id', 'workspace_id'];

/** Anthropic Messages: https://docs.anthropic.com/en/api/messages */
export const messagesReader: Reader = {
  format: 'messages',
  // Behind the clients for Bedrock and Vertex the same call has the platform's own address.
  path: /\/messages$|\/invoke(-with-response-stream)?$|:(stream)?rawPredict$/i,

  request(body) {
    const facts: RequestFacts = { model: textAt(body, 'model') };
    const tier = textAt(body, 'service_tier');
    if (tier !== undefined) facts.requestedTier = tier;
    const effort = textAt(body, 'output_config', 'effort');
    if (effort !== undefined) facts.reasoningEffort = effort;
    const limit = countAt(body, 'max_tokens');
    if (limit !== undefined) facts.maxOutputTokens = limit;
    return facts;
  },

  identity(body) {
    const messages = listAt(body, 'messages');
    const turn = lastUserTurn(messages);
    const head = [at(body, 'tools'), at(body, 'system'), ...messages.slice(0, turn)];
    return {
      prefix: head.every((part) => part === undefined) ? [] : head,
      rest: [messages.slice(turn), omit(body, ['messages', 'tools', 'system', ...NOT_IDENTITY])],
    };
  },

  promptText(body) {
    const messages = listAt(body, 'messages');
    return textOf(at(messages[lastUserTurn(messages)], 'content'));
  },

  response: (answer) => messageFacts(answer, at(answer, 'usage'), textAt(answer, 'stop_reason')),
  responseText: (answer) => textOf(listAt(answer, 'content').filter((block) => at(block, 'type') === 'text')),
  stream: () => new MessagesStreamReader(),
};

/**
 * `message_start` has the input side of the usage, and `message_delta` carries totals for the whole message: a later
 * value replaces an earlier one and is never added to it; `null` says that a delta has nothing to say about a count.
 */
class MessagesStreamReader implements StreamReader {
  #message: unknown;
  #model: string | undefined;
  #usage: Fields | undefined;
  #stopReason: string | undefined;
  #complete = false;
  readonly #text = collectText();

  event(event: unknown): boolean {
    switch (at(event, 'type')) {
      case 'message_start':
        this.#message = at(event, 'message');
        this.#updateUsage(at(event, 'message', 'usage'));
        return false;
      case 'message_delta':
        this.#stopReason = textAt(event, 'delta', 'stop_reason') ?? this.#stopReason;
        this.#updateUsage(at(event, 'usage'));
        return false;
      case 'message_stop':
        this.#complete = true;
        return false;
      case 'content_block_start':
        // A fallback block names the model that writes the rest of the message.
        if (at(event, 'content_block', 'type') === 'fallback') {
          this.#model = textAt(event, 'content_block', 'to', 'model') ?? this.#model;
        }
        return false;
      case 'content_block_delta':
        this.#text.add(textAt(event, 'delta', 'text'));
        return true;
      default:
        return false;
    }
  }

  facts(): ResponseFacts & { complete: boolean } {
    const facts = messageFacts(this.#message, this.#usage, this.#stopReason);
    if (this.#model !== undefined) facts.model = this.#model;
    return { ...facts, complete: this.#complete };
  }

  text(): string {
    return this.#text.read();
  }

  #updateUsage(usage: unknown): void {
    if (!isFields(usage)) return;
    const told = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) };
  }
}

function messageFacts(message: unknown, usage: unknown, stopReason: string | undefined): ResponseFacts {
  const facts: ResponseFacts = {};
  const model = textAt(message, 'model');
  if (model !== undefined) facts.model = model;
  const id = textAt(message, 'id');
  if (id !== undefined) facts.responseId = id;
  if (isFields(usage)) facts.usage = usage;
  const tier = textAt(usage, 'service_tier');
  if (tier !== undefined) facts.serviceTier = tier;
  if (stopReason !== undefined) facts.finishReason = stopReason;
  return facts;
}
