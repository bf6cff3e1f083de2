import { isFields } from './json.ts';

/**
 * Undoes, in a chunk of a chat stream, what asking for the usage has changed: the chunk with the totals is to be
 * taken out (true), and in all others the field with `null` goes. The host sees what it would have seen.
 */
export function hideUsage(chunk: unknown): boolean {
  if (!isFields(chunk) || !('usage' in chunk)) return false;
  if (chunk.usage === null) {
    delete chunk.usage;
    return false;
  }
  return Array.isArray(chunk.choices) && chunk.choices.length === 0 && isFields(chunk.usage);
}
