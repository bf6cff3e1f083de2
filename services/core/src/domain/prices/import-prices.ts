import type { Context } from '../../context.ts';
import { parsePriceFile } from '../../cost/price-file.ts';
import type { Scope } from '../../db/scope.ts';
import { applyPriceList, type PriceListOutcome } from './apply-price-list.ts';

export interface ImportInput {
  /** The file's content. */
  text: string;
  fileName: string;
  /** Default: now. */
  effectiveFrom?: Date | undefined;
  edition?: string | undefined;
  startedBy?: Scope & { userId: number };
  /** Tells what would change, and writes nothing. */
  dryRun?: boolean;
}

/**
 * Takes prices from a file, LiteLLM's or our own form. They hold from `effectiveFrom` until later ones that are known. A
 * file that cannot be used is an outcome, not an error. Whoever calls it announces the change.
 */
export async function importPrices(ctx: Context, input: ImportInput): Promise<PriceListOutcome> {
  const startedAt = ctx.clock.now();
  return applyPriceList(ctx, {
    kind: 'import',
    file: parsePriceFile(input.text),
    effectiveFrom: input.effectiveFrom ?? startedAt,
    edition: input.edition,
    source: input.fileName,
    startedAt,
    ...(input.startedBy ? { startedBy: input.startedBy } : {}),
    dryRun: input.dryRun ?? false,
  });
}
