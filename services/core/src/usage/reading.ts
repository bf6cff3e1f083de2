import type { ReadApproximation } from './approximations.ts';
import type { Fields } from './fields.ts';
import type { TokenCounts, ToolCounts, UnitCounts, UsageTraits } from './normal-form.ts';

/** What a reader finds in a usage object. */
export interface Reading {
  tokens: TokenCounts;
  tools?: ToolCounts;
  units?: UnitCounts;
  traits?: UsageTraits;
  serviceTier?: string | undefined;
  speed?: string | undefined;
  region?: string | undefined;
  reportedCostPicoUsd?: bigint | undefined;
  approximate: ReadApproximation[];
}

/** What a reader may know beside the object. */
export interface ReaderContext {
  /** The sender's name of the provider. */
  provider?: string | undefined;
}

/** Reads the usage object of one source. Throws `UnreadableUsage`. */
export type Reader = (usage: Fields, context: ReaderContext) => Reading;
