import type { ReadApproximation } from '../approximations.ts';
import type { InclusivePrompt } from '../split.ts';

/**
 * Frameworks and conventions that count the cache in the input are not followed by all who emit them. Where the cache
 * counts exceed the input, the input cannot include them: it is read as what was not cached, and marked.
 */
export function includeCache(prompt: InclusivePrompt, approximate: string[]): InclusivePrompt {
  const cache = (prompt.cached ?? 0) + (prompt.cacheWrite5m ?? 0) + (prompt.cacheWrite1h ?? 0);
  if (cache <= prompt.whole) return prompt;
  approximate.push('input_read_as_exclusive' satisfies ReadApproximation);
  return { ...prompt, whole: prompt.whole + cache };
}
