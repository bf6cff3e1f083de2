import { LIMITS } from '@tokengrip/core/contract/usage';
import { cutText } from './text.ts';

/** Deeper than the forms of any provider: `{parts: [{content: {text}}]}`. */
const MAX_DEPTH = 5;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The text of a message or of its content, in whichever form: a text, a list of parts, an object with `content`, `parts`
 * or `text`. Images, tool calls and the like have none.
 */
export function textOfContent(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (depth >= MAX_DEPTH) return '';
  if (Array.isArray(value)) {
    const texts = value.slice(0, LIMITS.contentCharacters).map((part) => textOfContent(part, depth + 1));
    return texts.filter((text) => text !== '').join('\n');
  }
  if (!isObject(value)) return '';
  const { content, parts, text, message } = value;
  return textOfContent(content ?? parts ?? text ?? message, depth + 1);
}

/** What the user said last; the last message where nobody is called a user. */
export function lastUserText(messages: unknown): string {
  if (!Array.isArray(messages)) return isObject(messages) ? lastUserText(messages.messages) : textOfContent(messages);
  const last = messages.findLast((message) => isObject(message) && message.role === 'user') ?? messages.at(-1);
  return textOfContent(last);
}

/** The texts as the contract takes them; undefined where there is none. */
export function contentOf(prompt: string, response: string): { prompt?: string; response?: string } | undefined {
  if (prompt === '' && response === '') return undefined;
  return { ...clip('prompt', prompt), ...clip('response', response) };
}

const clip = <Name extends string>(name: Name, text: string): { [N in Name]?: string } =>
  text === '' ? {} : ({ [name]: cutText(text, LIMITS.contentCharacters) } as { [N in Name]?: string });
