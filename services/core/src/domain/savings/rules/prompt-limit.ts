import type { Look } from '../look.ts';
import { SIZE_BOUNDS } from '../rates.ts';

/** Whether a model takes prompts as long as those of a band. Where its limit is not known it is not in the way. */
export function promptLimit(
  look: Look,
  model: { provider: string; model: string; region: string | null },
  band: number,
): boolean {
  const longest = band === 0 ? 0 : (SIZE_BOUNDS[band - 1] ?? 0);
  const limit = look.names.entryOf(model, look.now)?.limits?.maxInputTokens;
  return limit === undefined || limit > longest;
}
