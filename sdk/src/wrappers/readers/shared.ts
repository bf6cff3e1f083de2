import { LIMITS } from '../../record/text.ts';
import { at, type Fields, isFields } from '../json.ts';

/** Twice as many UTF-16 units as characters are captured: enough for any text. */
const ENOUGH_UNITS = 2 * LIMITS.contentCharacters;

/** Where the last user turn begins: before it lies what stays the same from call to call. */
export function lastUserTurn(messages: readonly unknown[]): number {
  const position = messages.findLastIndex((message) => at(message, 'role') === 'user' && !isToolResult(message));
  return position === -1 ? Math.max(messages.length - 1, 0) : position;
}

/** Anthropic's form carries the results of tools in messages of the user. */
function isToolResult(message: unknown): boolean {
  const parts = at(message, 'content');
  return Array.isArray(parts) && parts.length > 0 && parts.every((part) => at(part, 'type') === 'tool_result');
}

/** The fields without the named ones; empty for what has none. */
export function omit(body: unknown, names: readonly string[]): Fields {
  if (!isFields(body)) return {};
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

/** Keeps the beginning of a text that arrives in pieces. */
export function collectText(): { add(piece: string | undefined): void; read(): string } {
  let text = '';
  return {
    add(piece) {
      if (piece !== undefined && text.length < ENOUGH_UNITS) text += piece;
    },
    read: () => text,
  };
}

/**
 * The provider's own figure for the call in USD, such as OpenRouter's `usage.cost`, as plain decimal text: the JSON
 * number's shortest digits, without an exponent. Undefined where there is none, or none of at most 24 decimals.
 */
export function reportedCost(usage: unknown): string | undefined {
  const cost = at(usage, 'cost');
  if (typeof cost !== 'number' || !(cost >= 0) || cost >= 1e7) return undefined;
  const [digits = '', exponent = '0'] = String(cost).split('e');
  if (exponent === '0') return digits;
  const [whole = '', fraction = ''] = digits.split('.');
  const text = `0.${'0'.repeat(-Number(exponent) - 1)}${whole}${fraction}`;
  return text.length <= 2 + 24 ? text : undefined;
}
