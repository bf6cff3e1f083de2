import { LIMITS, type UsageRecord } from '../../contract/usage.ts';

/** The captured text that may be stored: none unless the project allows it, then the first 500 characters of each. */
export function cutContent(
  content: UsageRecord['content'],
  allowed: boolean,
): { promptText: string | null; responseText: string | null } {
  if (!allowed || content === undefined) return { promptText: null, responseText: null };
  return { promptText: cut(content.prompt), responseText: cut(content.response) };
}

/** Counts characters (code points), so that no pair of surrogates is torn. */
function cut(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text.length <= LIMITS.contentCharacters) return text;
  // No more code units than twice the limit can be in it.
  return Array.from(text.slice(0, 2 * LIMITS.contentCharacters))
    .slice(0, LIMITS.contentCharacters)
    .join('');
}
