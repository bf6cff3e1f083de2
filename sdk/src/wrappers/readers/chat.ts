import { at, countAt, isFields, listAt, textAt, textOf } from '../json.ts';
import type { Reader, RequestFacts, ResponseFacts, StreamReader } from '../reader.ts';
import { collectText, lastUserTurn, omit, reportedCost } from './shared.ts';

/** Fields that say how the answer travels or who asks, and not what is asked. */
const NOT_IDENTITY = ['stream', 'stream_options', 'user', 'metadata', 'safety_identifier', 'prompt_cache_key', 'store'];

/** OpenAI Chat Completions and what speaks its form: https://platform.openai.com/docs/api-reference/chat */
export const chatReader: Reader = {
  format: 'chat',
  path: /\/chat\/completions$/,

  request(body) {
    const facts: RequestFacts = { model: textAt(body, 'model') };
    const tier = textAt(body, 'service_tier');
    if (tier !== undefined) facts.requestedTier = tier;
    const effort = textAt(body, 'reasoning_effort') ?? textAt(body, 'reasoning', 'effort');
    if (effort !== undefined) facts.reasoningEffort = effort;
    const limit = countAt(body, 'max_completion_tokens') ?? countAt(body, 'max_tokens');
    if (limit !== undefined) facts.maxOutputTokens = limit;
    return facts;
  },

  identity(body) {
    const messages = listAt(body, 'messages');
    const turn = lastUserTurn(messages);
    const tools = at(body, 'tools');
    const before = messages.slice(0, turn);
    return {
      prefix: tools === undefined && before.length === 0 ? [] : [tools, before],
      rest: [messages.slice(turn), omit(body, ['messages', 'tools', ...NOT_IDENTITY])],
    };
  },

  promptText(body) {
    const messages = listAt(body, 'messages');
    return textOf(at(messages[lastUserTurn(messages)] ?? messages.at(-1), 'content'));
  },

  response: (answer) => chatFacts(answer, at(answer, 'usage'), textAt(answer, 'choices', 0, 'finish_reason')),

  responseText(answer) {
    const message = at(answer, 'choices', 0, 'message');
    return textOf(at(message, 'content')) || (textAt(message, 'refusal') ?? '');
  },

  stream: () => new ChatStreamReader(),
};

class ChatStreamReader implements StreamReader {
  #head: ResponseFacts = {};
  #usage: unknown;
  #finishReason: string | undefined;
  readonly #text = collectText();

  event(chunk: unknown): boolean {
    this.#head = { ...this.#head, ...chatFacts(chunk, undefined, undefined) };
    // Some servers repeat the totals in every chunk, and Groq has them in a field of its own: the last ones count.
    const usage = at(chunk, 'usage') ?? at(chunk, 'x_groq', 'usage');
    if (isFields(usage)) this.#usage = usage;
    let hasOutput = false;
    for (const choice of listAt(chunk, 'choices')) {
      this.#finishReason = textAt(choice, 'finish_reason') ?? this.#finishReason;
      const delta = at(choice, 'delta');
      if (!isFields(delta)) continue;
      if (at(choice, 'index') === 0 || at(choice, 'index') === undefined) {
        this.#text.add(textAt(delta, 'content') ?? textAt(delta, 'refusal'));
      }
      hasOutput ||= Object.entries(delta).some(([name, value]) => name !== 'role' && carriesOutput(value));
    }
    return hasOutput;
  }

  facts(): ResponseFacts & { complete: boolean } {
    const facts = { ...this.#head, ...chatFacts({}, this.#usage, this.#finishReason) };
    return { ...facts, complete: this.#finishReason !== undefined };
  }

  text(): string {
    return this.#text.read();
  }
}

/** The first chunk of a stream has an empty text: it says that there will be one. */
function carriesOutput(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== '';
}

function chatFacts(answer: unknown, usage: unknown, finishReason: string | undefined): ResponseFacts {
  const facts: ResponseFacts = {};
  const model = textAt(answer, 'model');
  if (model !== undefined) facts.model = model;
  const id = textAt(answer, 'id');
  if (id !== undefined) facts.responseId = id;
  const tier = textAt(answer, 'service_tier');
  if (tier !== undefined) facts.serviceTier = tier;
  if (isFields(usage)) facts.usage = usage;
  const cost = reportedCost(usage);
  if (cost !== undefined) facts.reportedCost = cost;
  if (finishReason !== undefined) facts.finishReason = finishReason;
  return facts;
}
