import { contentOf, lastUserText, textOfContent } from '../mapping/message-text.ts';
import type { Attributes, Span, SpanEvent } from './span.ts';

/** Attributes with messages as JSON, or with plain text; the current name first. */
const PROMPTS = ['gen_ai.input.messages', 'ai.prompt.messages', 'ai.prompt', 'gen_ai.prompt', 'input.value'];
const ANSWERS = [
  'gen_ai.output.messages',
  'ai.response.text',
  'ai.response.object',
  'gen_ai.completion',
  'output.value',
];
/** OpenInference and OpenLLMetry write one attribute for each message and field. */
const PROMPT_LISTS = [
  /^llm\.input_messages\.(\d{1,5})\.message\.(role|content)$/,
  /^gen_ai\.prompt\.(\d{1,5})\.(role|content)$/,
];
const ANSWER_LISTS = [
  /^llm\.output_messages\.(\d{1,5})\.message\.(role|content)$/,
  /^gen_ai\.completion\.(\d{1,5})\.(role|content)$/,
];
/** Events of the conventions before version 1.37. */
const PROMPT_EVENTS: ReadonlySet<string> = new Set(['gen_ai.user.message', 'gen_ai.content.prompt']);
const ANSWER_EVENTS: ReadonlySet<string> = new Set(['gen_ai.choice', 'gen_ai.content.completion']);

/** What the user said last and the answer, from whichever attribute or event has them. Only for projects that allow it. */
export function contentOfSpan({ attributes, events }: Span): { prompt?: string; response?: string } | undefined {
  const prompt =
    fromAttributes(attributes, PROMPTS, lastUserText) ||
    lastUserText(fromLists(attributes, PROMPT_LISTS)) ||
    fromEvents(events, PROMPT_EVENTS, 'gen_ai.prompt');
  const response =
    fromAttributes(attributes, ANSWERS, textOfContent) ||
    textOfContent(fromLists(attributes, ANSWER_LISTS)) ||
    fromEvents(events, ANSWER_EVENTS, 'gen_ai.completion');
  return contentOf(prompt, response);
}

function fromAttributes(attributes: Attributes, names: string[], read: (value: unknown) => string): string {
  for (const name of names) {
    const value = attributes[name];
    const text = value === undefined ? '' : read(parsed(value));
    if (text !== '') return text;
  }
  return '';
}

function fromLists(attributes: Attributes, patterns: RegExp[]): Record<string, unknown>[] {
  for (const pattern of patterns) {
    const messages: Record<string, unknown>[] = [];
    for (const [name, value] of Object.entries(attributes)) {
      const [, index, field] = pattern.exec(name) ?? [];
      if (index === undefined || field === undefined) continue;
      const message = messages[Number(index)] ?? {};
      message[field] = parsed(value);
      messages[Number(index)] = message;
    }
    const found = messages.filter(() => true);
    if (found.length > 0) return found;
  }
  return [];
}

function fromEvents(events: readonly SpanEvent[], names: ReadonlySet<string>, attribute: string): string {
  const event = events.findLast(({ name }) => names.has(name));
  if (event === undefined) return '';
  const { content, message, [attribute]: whole } = event.attributes;
  return lastUserText(parsed(content ?? message ?? whole));
}

/** Messages are written as JSON, since attributes hold no objects; a plain text stays what it is. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
